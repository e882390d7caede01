import subprocess
import sys

MEASURED = """
import torch, fcflow

torch.set_num_threads(1)
torch.manual_seed(0)
layers = [torch.nn.Conv2d(3, 4, 16, stride=16), torch.nn.ReLU(), torch.nn.Flatten()]
model = torch.nn.Sequential(*layers, torch.nn.Linear(256, 3)).eval()

def peak(points):
    x = torch.rand(points, 3, 128, 128)
    fcflow.minimal_perturbation(model, x, batch=4, effort="quick")
    with open("/proc/self/status") as status:
        return 1024 * next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

few, many = 4, 48
before = peak(few)
print((peak(many) - before) / ((many - few) * 3 * 128 * 128 * 4))
"""


def test_the_memory_of_a_search_is_at_most_twelve_times_that_of_its_points():
    measured = subprocess.run(
        [sys.executable, "-c", MEASURED], capture_output=True, text=True, check=True
    )
    assert 0 < float(measured.stdout) < 12
