package org.lyceum.tensor;

/** Number formats, by the names that safetensors files use. */
public enum DType {
    F64(8), F32(4),
    /** The upper half of an f32: 8 bits of exponent, 7 of mantissa. */
    BF16(2), F16(2), I64(8), I32(4), I16(2), I8(1), U8(1), BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
