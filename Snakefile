# The table of contents: what can be asked for. Rules are in rules/, what they compute is in src/fcflow.
import os

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from fcflow.errors import FcflowError
from fcflow.interpreter.start import preload
from fcflow.jobs import plain_matplotlib
from fcflow.provenance.places import source_files
from fcflow.provenance.records import restore_records, save_records
from fcflow.workflow import BASE, Workflow, one_of

min_version("9.27")


SOURCE = source_files(workflow)


configfile: SOURCE(BASE)


report: "workflow/report/workflow.rst"


# One thread a step: results must not depend on how many cores a library would like to use.
os.environ.update(
    {
        name: "1"
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    }
)

# Else it is a module of another workflow, whose results and records are that one's.
IS_MAIN = workflow.modifier.is_main_snakefile()

try:
    PLAN = Workflow(
        config,
        [*workflow.configfiles, *workflow.config_settings.configfiles],
        SOURCE,
        *(
            [f"config of the module {__name__}"]
            if workflow.modifier.skip_configfile
            else []
        ),
    )
    os.environ.update(plain_matplotlib())
    for line in restore_records("results") if IS_MAIN else ():
        logger.warning(line)
except FcflowError as error:
    raise WorkflowError(f"\n{error}") from None


onstart:
    # Steps are forks of a process that has loaded the libraries; FCFLOW_PRELOAD=0 turns that off.
    if workflow.is_main_process and workflow.local_exec:
        preload(shell)


onsuccess:
    for line in save_records("results"):
        logger.warning(line)


wildcard_constraints:
    study="[a-z][a-z0-9_]*",
    data=r"d\d+-s[0-9.e+-]+",
    net=r"(l\d+-)?m\d+-b\d+",
    network=r"\d+",
    part=r"\d+",
    size=r"\d+",
    setting=r"[a-z0-9_]+-[a-z]+-\d+-[a-z0-9_]+",


include: "rules/hypercube.smk"
include: "rules/images.smk"
include: "rules/vulnerability.smk"
include: "rules/theory.smk"
include: "rules/paper.smk"


rule all:
    default_target: True
    input:
        rules.tables.input,
        rules.figures.input,
        rules.claims.input,
        rules.linear.input,
        rules.relu.input,
        rules.mnist.input,
        rules.imagenet.input,
        rules.vulnerability.input,
        rules.theory.input,


PLAN.guard(workflow.modifier.rules)
