"""Library for families whose pictures are made by diffusers' own pipelines.

A family describes itself by a ``PipelineRow``: the pipeline and its arguments for each task. The
library loads the parts, draws the seeds, shows previews, cancels within one call of the denoiser,
and restores the weights.
"""
