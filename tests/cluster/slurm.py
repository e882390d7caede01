"""A Slurm of one machine for the tests: small nodes, and one with two GPUs that are none."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

TOOLS = ("srun", "sbatch", "squeue", "scontrol", "scancel", "sinfo")
DAEMONS = ("munged", "slurmctld", "slurmd")
SINGLE_NODES = ("c1", "c2", "c3", "c4", "c5", "c6")
GPU_NODE = "g1"


def why_not() -> str | None:
    """Return why no Slurm can be started here."""
    if os.geteuid() != 0:
        return "a Slurm of the test's own needs root"
    missing = [tool for tool in (*DAEMONS, *TOOLS) if not shutil.which(tool)]
    return f"needs Slurm: there is no {missing[0]}" if missing else None


class Slurm:
    """Daemons in a folder, and the environment with which its commands find them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = socket.gethostname().partition(".")[0]
        for name in ("etc", "state", "spool", "log", "run", "munge", "bin"):
            (folder / name).mkdir(parents=True)
        (folder / "munge").chmod(0o755)
        (folder / "munge.key").write_bytes(os.urandom(128))
        (folder / "munge.key").chmod(0o600)
        (folder / "etc" / "slurm.conf").write_text(self._configuration())
        gpus = f"NodeName={GPU_NODE} Name=gpu Type=none File=/dev/null,/dev/zero\n"
        (folder / "etc" / "gres.conf").write_text(gpus)
        # A job's step is started without the variable that says where Slurm is.
        for tool in TOOLS:
            script = folder / "bin" / tool
            variable = f"SLURM_CONF={folder}/etc/slurm.conf"
            script.write_text(f'#!/bin/sh\n{variable} exec {shutil.which(tool)} "$@"\n')
            script.chmod(0o755)
        path = f"{folder / 'bin'}:{os.environ['PATH']}"
        configuration = str(folder / "etc" / "slurm.conf")
        self.variables = {"PATH": path, "SLURM_CONF": configuration}

    def start(self) -> None:
        """Start everything and wait until all nodes are idle."""
        munge = [f"--{name}-file={self.folder}/{file}" for name, file in _MUNGE_FILES.items()]
        socket_file = f"--socket={self.folder}/munge/munge.socket"
        self._run("munged", socket_file, *munge, "--num-threads=2", "--force")
        self.start_controller()
        for node in (*SINGLE_NODES, GPU_NODE):
            self.start_node(node)
        wait_for(lambda: set(self.ask("sinfo", "-h", "-o", "%T")) == {"idle"}, 300)

    def start_controller(self) -> None:
        """Start what takes jobs and hands them to nodes."""
        self._run("slurmctld")

    def start_node(self, name: str) -> None:
        """Start a node."""
        self._run("slurmd", "-N", name)

    def end(self, daemon: str, how: signal.Signals = signal.SIGTERM) -> None:
        """End a daemon, such as ``slurmctld`` or ``slurmd-c1``, and wait until it is gone."""
        record = self.folder / "run" / f"{daemon}.pid"
        process = int(record.read_text())
        os.kill(process, how)
        wait_for(lambda: not Path(f"/proc/{process}").exists(), 300)

    def lose(self, node: str) -> None:
        """Take a node away with the processes of its job, as a power cut does.

        Slurm's own go first, which would tell how the others ended.
        """
        self.end(f"slurmd-{node}", signal.SIGKILL)
        for process in self.processes(node):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        # What Slurm would find out by itself when the node has not answered for some minutes.
        self.ask("scontrol", "update", f"nodename={node}", "state=down", "reason=lost")

    def processes(self, node: str) -> list[int]:
        """Return the processes that watch a node's jobs, and those of the jobs themselves."""
        jobs = self.ask("squeue", "--noheader", f"--nodelist={node}", "--format=%i")
        watching = [f"slurmstepd: [{job}.".encode() for job in jobs]
        mark = f"SLURMD_NODENAME={node}\0".encode()
        folders = list(Path("/proc").glob("[0-9]*"))
        own = [one for one in folders if _read(one / "cmdline").startswith(tuple(watching))]
        others = [one for one in folders if mark in _read(one / "environ")]
        return [int(one.name) for one in (*own, *others)]

    def jobs(self) -> list[dict[str, str]]:
        """Return what Slurm knows of each job."""
        lines = self.ask("scontrol", "--oneliner", "show", "job")
        pairs = [[pair.partition("=") for pair in line.split(" ")] for line in lines if "=" in line]
        return [{name: value for name, _, value in job} for job in pairs]

    def log(self) -> str:
        """Return what the nodes have written."""
        return "".join(path.read_text() for path in (self.folder / "log").glob("slurmd-*.log"))

    def ask(self, tool: str, *arguments: str) -> list[str]:
        """Run one of Slurm's commands and return its lines."""
        done = subprocess.run(
            [str(self.folder / "bin" / tool), *arguments], capture_output=True, text=True
        )
        return done.stdout.splitlines()

    def stop(self) -> None:
        """Cancel all jobs and end every daemon."""
        self.ask("scancel", "--user=root")
        time.sleep(1)
        for record in sorted((self.folder / "run").glob("*.pid"), reverse=True):
            with suppress(ProcessLookupError):
                os.kill(int(record.read_text()), signal.SIGTERM)

    def _run(self, daemon: str, *arguments: str) -> None:
        environment = os.environ | self.variables
        subprocess.run([daemon, *arguments], env=environment, check=True, capture_output=True)

    def _configuration(self) -> str:
        nodes = [_node(name, self.host, cpus=1) for name in SINGLE_NODES]
        nodes.append(_node(GPU_NODE, self.host, cpus=2) + " Gres=gpu:none:2")
        settings = _SETTINGS.format(folder=self.folder, host=self.host, port=_free_port())
        single = f"{SINGLE_NODES[0][0]}[1-{len(SINGLE_NODES)}]"
        partitions = [
            f"PartitionName=cpu Nodes={single} Default=YES MaxTime=INFINITE State=UP",
            f"PartitionName=gpu Nodes={GPU_NODE} MaxTime=INFINITE State=UP",
        ]
        return "\n".join([settings, *nodes, *partitions, ""])


def wait_for(condition: Callable[[], object], seconds: float) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not come about in {seconds} s"
        time.sleep(0.2)


_MUNGE_FILES = {
    "key": "munge.key",
    "pid": "run/munged.pid",
    "log": "log/munged.log",
    "seed": "munge/seed",
}
# Memory is watched every second, so that a step is killed that takes more than it asked for.
_SETTINGS = """ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge/munge.socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/run/slurmctld.pid
SlurmdPidFile={folder}/run/slurmd-%n.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,sched_min_interval=100000,batch_sched_delay=1
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=UsePss,OverMemoryKill
AccountingStorageType=accounting_storage/none
ReturnToService=2
MinJobAge=3600
SlurmdTimeout=60
SlurmctldTimeout=60
KillWait=2
OverTimeLimit=0
SlurmdParameters=config_overrides
GresTypes=gpu"""


def _node(name: str, host: str, cpus: int) -> str:
    return (
        f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={_free_port()} CPUs={cpus}"
        f" Sockets=1 CoresPerSocket={cpus} ThreadsPerCore=1 RealMemory=16000"
    )


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
