"""The claims of Tables 5 to 8 and Figure 6: MNIST and ImageNet.

To test one, replace its ``not_built`` by ``add`` above a function, and name its tables in ``artifacts.ARTIFACTS``.
"""

from fcflow.paper.claims.claim import Claims

CLAIMS = Claims()
_MNIST = ("results/mnist/experiments.parquet",)
_IMAGENET = ("results/imagenet/experiments.parquet",)

CLAIMS.not_built(
    "table5-ratio",
    "Table 5",
    "On MNIST the least perturbation over half the distance to the blocked-out image is close to |cos θ|.",
    statistic="|‖e‖/half distance − |cos θ||, average over pairs",
    artifacts=_MNIST,
)
CLAIMS.not_built(
    "table5-length",
    "Table 5",
    "On MNIST the least perturbation is close to the predicted length |D̃|.",
    statistic="‖e‖ / |D̃|, average over pairs",
    artifacts=_MNIST,
)
CLAIMS.not_built(
    "table6-small",
    "Table 6",
    "On MNIST the average compression along the path between two images is small.",
    statistic="average of cos θ_γ over the path, average over pairs",
    artifacts=_MNIST,
)
CLAIMS.not_built(
    "table7-small",
    "Table 7",
    "On ImageNet the average compression along the path between two images is small.",
    statistic="average of cos θ_γ over the path, average over pairs",
    artifacts=_IMAGENET,
)
CLAIMS.not_built(
    "table8-length",
    "Table 8",
    "On ImageNet the perturbation found is close to the predicted length |D̃|.",
    statistic="‖e‖ / |D̃|, average over pairs",
    artifacts=_IMAGENET,
)
CLAIMS.not_built(
    "table8-distance",
    "Table 8",
    "On ImageNet the perturbation found is far smaller than the distance between the images.",
    statistic="‖e‖ / ‖X1 − X2‖, average over pairs",
    artifacts=_IMAGENET,
)
CLAIMS.not_built(
    "figure6-small",
    "Figure 6",
    "|cos θ_γ| stays small all along the path between two images.",
    statistic="largest |cos θ_γ| over the path, average over pairs",
    artifacts=_IMAGENET,
)
