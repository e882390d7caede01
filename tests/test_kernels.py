"""The functions compiled ahead are those that the steps call, with the same types of arguments."""

import subprocess
import sys

PROGRAM = """
import numpy as np
import torch
from fcflow.kernels import compile_kernels
from fcflow.certified import hidden_layer_kernel
from fcflow.certified.hidden_layer import certified_radius
from fcflow.networks.affine import initial_affine_network
from fcflow.networks import pooled_convolution_kernel
from fcflow.networks.mnist_cnn import initial_mnist_cnn
from fcflow.networks.relu import initial_relu_network
from fcflow.theory import class_distance_kernel, closest_vector_kernel
from fcflow.theory.class_distance import class_distance
from fcflow.theory.closest_vector import closest_points
from fcflow.data import corners_kernel
from fcflow.data.fresh_corners import fresh_corners
from fcflow.training import affine_kernel, relu_kernel
from fcflow.training.affine_fresh import AffineFreshTraining
from fcflow.training.relu_fresh import ReluFreshTraining
from fcflow.training.schedule import Adam
from fcflow.training.affine import train_affine
from fcflow.training.relu import train_relu
from fcflow.training.schedule import shuffled_order

MODULES = affine_kernel, hidden_layer_kernel, class_distance_kernel, closest_vector_kernel
MODULES += corners_kernel, pooled_convolution_kernel, relu_kernel

def compiled():
    return {
        (module.__name__, name): len(function.signatures)
        for module in MODULES
        for name, function in vars(module).items()
        if hasattr(function, "signatures")
    }

compile_kernels()
ahead = compiled()
rng = np.random.default_rng(0)
A, z = rng.normal(size=(6, 6)), rng.choice([-1, 1], size=(9, 6))
closest_points(A, z)
class_distance(A)
x, sign, order = z @ A.T, z[:, -1], shuffled_order(9, 2, seed=1)
for dtype in (np.float32, np.float64):
    start = initial_affine_network(6, 8, 0, dtype)
    train_affine(start, x, sign, order, batch_size=4, stop_when_perfect=True)
for depth in (1, 3):
    start = initial_relu_network(d=6, hidden=8, depth=depth, seed=0)
    train_relu(start, x, sign, order, batch_size=4)
fresh = {"batch_size": 4, "decay_steps": 3.5, "adam": Adam()}
AffineFreshTraining(initial_affine_network(6, 8, 0), A, 3, **fresh).advance(2)
ReluFreshTraining(start, A, 3, **fresh).advance(2)
fresh_corners(np.uint64(3), 2, 5, 6)
H1, delta1, s = rng.normal(size=(20, 6)), rng.normal(size=20), np.ones(20)
certified_radius(H1, delta1, s, -1.0, 3 * x, upper=np.full(9, 5.0))
network = initial_mnist_cnn((2, 3), 4, mean=0.1, std=0.3, seed=0)
for cnn in (network, network.double()):
    images = torch.rand(5, 1, 28, 28, dtype=next(cnn.parameters()).dtype, requires_grad=True)
    cnn(images).logsumexp(1).sum().backward()
    torch.autograd.grad(cnn.requires_grad_(False)(images).sum(), images)
print(sorted(name for name, n in compiled().items() if n != ahead[name]))
"""


def test_after_compiling_ahead_no_step_compiles():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
