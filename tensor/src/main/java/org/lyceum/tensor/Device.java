package org.lyceum.tensor;

import org.bytedeco.pytorch.global.torch;

/** Where tensors live and operators run. */
public enum Device {
    CPU,
    /** The first NVIDIA GPU; needs the CUDA build of libtorch. */
    CUDA;

    org.bytedeco.pytorch.Device at() {
        return new org.bytedeco.pytorch.Device(this == CPU ? torch.DeviceType.CPU : torch.DeviceType.CUDA);
    }
}
