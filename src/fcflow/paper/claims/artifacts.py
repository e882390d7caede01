"""The tables that claims are decided from, by short name. Imports nothing: Snakemake reads it when it plans."""

ARTIFACTS = {
    "table1": "results/tables/table1.parquet",
    "table2": "results/tables/table2.parquet",
    "batch_size": "results/tables/batch_size.parquet",
    "dimension": "results/tables/dimension.parquet",
    "dimension_slopes": "results/tables/dimension_slopes.parquet",
    "table3": "results/tables/table3.parquet",
    "table4_averages": "results/tables/table4_averages.parquet",
    "relu": "results/tables/relu.parquet",
    "relu_slopes": "results/tables/relu_slopes.parquet",
    "mnist": "results/tables/mnist.parquet",
    "mnist_networks": "results/mnist/networks.parquet",
    "table7": "results/tables/table7.parquet",
    "table8": "results/tables/table8.parquet",
    "table8_averages": "results/tables/table8_averages.parquet",
    "imagenet_images": "results/imagenet/images.parquet",
}
