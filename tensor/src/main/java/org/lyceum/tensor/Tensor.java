package org.lyceum.tensor;

import static org.bytedeco.pytorch.global.torch.ScalarType;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array in libtorch, with automatic differentiation. Operations return new tensors (views where libtorch does); names that
 * end in {@code InPlace} and {@link #copyFrom} change this one. A tensor lives as long as the {@link Scope} it was made in, unless
 * {@linkplain Scope#keep kept}; one made outside any scope lives until the garbage collector or {@link #close} frees it.
 *
 * <p>Dimensions may be negative, counting from the last. Shapes that do not fit are a programmer's error and surface as libtorch's exception.
 */
public final class Tensor implements AutoCloseable {
    static {
        Natives.prepare();
    }

    final org.bytedeco.pytorch.Tensor at;

    Tensor(org.bytedeco.pytorch.Tensor at) {
        this.at = at;
    }

    // --- making -----------------------------------------------------------------------------------------------------------------------

    /** Uninitialised memory on {@link Torch#device()}. */
    public static Tensor empty(DType dtype, long... shape) {
        return new Tensor(torch.empty(shape, options(dtype), null));
    }

    /** Uninitialised memory on the CPU, whatever {@link Torch#device()} is. */
    public static Tensor emptyOnCpu(DType dtype, long... shape) {
        return new Tensor(torch.empty(shape, new TensorOptions(scalarType(dtype)), null));
    }

    /** Zeros on {@link Torch#device()}. */
    public static Tensor zeros(DType dtype, long... shape) {
        return new Tensor(torch.zeros(shape, options(dtype)));
    }

    /** All elements {@code value}, on {@link Torch#device()}. */
    public static Tensor full(double value, DType dtype, long... shape) {
        return new Tensor(torch.full(shape, new Scalar(value), options(dtype)));
    }

    /** A copy of {@code values} as f32, on {@link Torch#device()}. */
    public static Tensor of(float[] values, long... shape) {
        return copyOf(MemorySegment.ofArray(values), DType.F32, shape);
    }

    /** A copy of {@code values} as f64, on {@link Torch#device()}. */
    public static Tensor of(double[] values, long... shape) {
        return copyOf(MemorySegment.ofArray(values), DType.F64, shape);
    }

    /** A copy of {@code values} as i64, on {@link Torch#device()}. */
    public static Tensor of(long[] values, long... shape) {
        return copyOf(MemorySegment.ofArray(values), DType.I64, shape);
    }

    /** Token ids as i64, on {@link Torch#device()}. */
    public static Tensor ofIds(int[] ids, long... shape) {
        var i32 = copyOf(MemorySegment.ofArray(ids), DType.I32, shape);
        return i32.to(DType.I64);
    }

    /** A copy of the bytes of {@code data}, on {@link Torch#device()}. */
    public static Tensor copyOf(MemorySegment data, DType dtype, long... shape) {
        var host = emptyOnCpu(dtype, shape);
        if (host.numel() * dtype.bytes() != data.byteSize()) {
            throw new IllegalArgumentException(data.byteSize() + " bytes do not fill " + dtype + " " + List.of(box(shape)));
        }
        host.data().copyFrom(data);
        return Torch.device() == Device.CPU ? host : host.to(Torch.device());
    }

    /** 0, 1, …, {@code n − 1} in {@code dtype}. */
    public static Tensor range(long n, DType dtype) {
        return new Tensor(torch.arange(new Scalar((double) n), options(dtype)));
    }

    /** Independent draws from N(0, std²) in f32; a pure function of {@code seed}. */
    public static Tensor normal(long seed, double std, long... shape) {
        var drawn = new Tensor(torch.empty(shape, new TensorOptions(ScalarType.Float), null).normal_(0, std, generator(seed)));
        return drawn.to(Torch.device());
    }

    /** Independent draws from U(low, high) in f32; a pure function of {@code seed}. */
    public static Tensor uniform(long seed, double low, double high, long... shape) {
        var drawn = new Tensor(torch.empty(shape, new TensorOptions(ScalarType.Float), null).uniform_(low, high, generator(seed)));
        return drawn.to(Torch.device());
    }

    /** One of its own, so that drawing leaves alone the one that dropout draws from. */
    private static GeneratorOptional generator(long seed) {
        return new GeneratorOptional(torch.make_generator_cpu(seed));
    }

    /** The tensors one after the other along {@code dim}. */
    public static Tensor cat(List<Tensor> parts, long dim) {
        return new Tensor(torch.cat(vector(parts), dim));
    }

    /** The tensors side by side along a new dimension {@code dim}. */
    public static Tensor stack(List<Tensor> parts, long dim) {
        return new Tensor(torch.stack(vector(parts), dim));
    }

    // --- what it is -------------------------------------------------------------------------------------------------------------------

    /** The size of each dimension. */
    public long[] shape() {
        var shape = new long[(int) at.dim()];
        for (int d = 0; d < shape.length; d++) {
            shape[d] = at.size(d);
        }
        return shape;
    }

    /** The size of dimension {@code dim}. */
    public long size(long dim) {
        return at.size(dim);
    }

    /** The number of dimensions. */
    public int rank() {
        return (int) at.dim();
    }

    /** The number of elements. */
    public long numel() {
        return at.numel();
    }

    /** The number format. */
    public DType dtype() {
        return switch (at.scalar_type().intern()) {
            case Double -> DType.F64;
            case Float -> DType.F32;
            case BFloat16 -> DType.BF16;
            case Half -> DType.F16;
            case Long -> DType.I64;
            case Int -> DType.I32;
            case Short -> DType.I16;
            case Char -> DType.I8;
            case Byte -> DType.U8;
            case Bool -> DType.BOOL;
            default -> throw new IllegalStateException("number format " + at.scalar_type() + " is not one of ours");
        };
    }

    /** Whether the memory is on the CPU. */
    public boolean onCpu() {
        return at.is_cpu();
    }

    /**
     * The memory of a contiguous CPU tensor, writable, without a copy. Valid as long as the tensor lives; not checked after that.
     */
    public MemorySegment data() {
        if (!at.is_contiguous() || !at.is_cpu()) {
            throw new IllegalStateException("data() wants a contiguous tensor on the CPU");
        }
        try (var pointer = at.data_ptr()) {
            return MemorySegment.ofAddress(pointer.address()).reinterpret(at.nbytes());
        }
    }

    /** The only element, as a double. */
    public double item() {
        return at.item_double();
    }

    /** The elements in row-major order, converted to f32. */
    public float[] floats() {
        var host = to(DType.F32).to(Device.CPU).contiguous();
        return host.data().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** The elements in row-major order, converted to f64. */
    public double[] doubles() {
        var host = to(DType.F64).to(Device.CPU).contiguous();
        return host.data().toArray(ValueLayout.JAVA_DOUBLE);
    }

    /** The elements in row-major order, converted to i64. */
    public long[] longs() {
        var host = to(DType.I64).to(Device.CPU).contiguous();
        return host.data().toArray(ValueLayout.JAVA_LONG);
    }

    // --- conversion -------------------------------------------------------------------------------------------------------------------

    /** This tensor in another number format; itself when it already is. Differentiable. */
    public Tensor to(DType dtype) {
        return dtype() == dtype ? this : new Tensor(at.to(scalarType(dtype)));
    }

    /** This tensor on another device; itself when it already is there. Differentiable. */
    public Tensor to(Device device) {
        return (device == Device.CPU) == at.is_cpu()
                ? this
                : new Tensor(device == Device.CPU ? at.cpu() : at.cuda());
    }

    /** The same values in a fresh memory of their own. Differentiable. */
    public Tensor copy() {
        return new Tensor(at.clone(null));
    }

    /** The same values, row-major without gaps. */
    public Tensor contiguous() {
        return at.is_contiguous() ? this : new Tensor(at.contiguous());
    }

    // --- shape ------------------------------------------------------------------------------------------------------------------------

    /** The same elements under another shape, a view where possible; one size may be −1. */
    public Tensor reshape(long... shape) {
        return new Tensor(at.reshape(shape));
    }

    /** Dimensions {@code a} and {@code b} exchanged; a view. */
    public Tensor transpose(long a, long b) {
        return new Tensor(at.transpose(a, b));
    }

    /** {@code length} slices along {@code dim} from {@code start} on; a view. */
    public Tensor narrow(long dim, long start, long length) {
        return new Tensor(at.narrow(dim, start, length));
    }

    /** Slice {@code index} of {@code dim}, that dimension gone; a view. */
    public Tensor select(long dim, long index) {
        return new Tensor(at.select(dim, index));
    }

    /** A new dimension of size 1 before {@code dim}; a view. */
    public Tensor unsqueeze(long dim) {
        return new Tensor(at.unsqueeze(dim));
    }

    /** Dimension {@code dim} of size 1 removed; a view. */
    public Tensor squeeze(long dim) {
        return new Tensor(at.squeeze(dim));
    }

    /** Dimensions of size 1 repeated to {@code shape} without a copy. */
    public Tensor expand(long... shape) {
        return new Tensor(at.expand(shape));
    }

    /** Consecutive pieces of the given sizes along {@code dim}; views. */
    public List<Tensor> split(long dim, long... sizes) {
        var parts = at.split_with_sizes(sizes, dim);
        var list = new Tensor[(int) parts.size()];
        for (int i = 0; i < list.length; i++) {
            list[i] = new Tensor(parts.get(i));
        }
        return List.of(list);
    }

    // --- arithmetic, element by element -----------------------------------------------------------------------------------------------

    public Tensor plus(Tensor other) {
        return new Tensor(at.add(other.at));
    }

    public Tensor plus(double value) {
        return new Tensor(at.add(new Scalar(value)));
    }

    public Tensor minus(Tensor other) {
        return new Tensor(at.sub(other.at));
    }

    public Tensor times(Tensor other) {
        return new Tensor(at.mul(other.at));
    }

    public Tensor times(double value) {
        return new Tensor(at.mul(new Scalar(value)));
    }

    public Tensor dividedBy(Tensor other) {
        return new Tensor(at.div(other.at));
    }

    public Tensor dividedBy(double value) {
        return new Tensor(at.div(new Scalar(value)));
    }

    public Tensor exp() {
        return new Tensor(at.exp());
    }

    public Tensor log() {
        return new Tensor(at.log());
    }

    public Tensor sqrt() {
        return new Tensor(at.sqrt());
    }

    public Tensor square() {
        return new Tensor(at.square());
    }

    public Tensor abs() {
        return new Tensor(at.abs());
    }

    public Tensor pow(double exponent) {
        return new Tensor(at.pow(new Scalar(exponent)));
    }

    public Tensor sin() {
        return new Tensor(at.sin());
    }

    public Tensor cos() {
        return new Tensor(at.cos());
    }

    public Tensor tanh() {
        return new Tensor(at.tanh());
    }

    /** x · sigmoid(x) (Elfwing, Uchibe and Doya 2018, equation 3). */
    public Tensor silu() {
        return new Tensor(torch.silu(at));
    }

    /** x · Φ(x), Φ the normal distribution function (Hendrycks and Gimpel 2016, section 2). */
    public Tensor gelu() {
        return new Tensor(torch.gelu(at, "none"));
    }

    /** The tanh approximation of x · Φ(x) (Hendrycks and Gimpel 2016, section 2), the one that GPT-2 uses. */
    public Tensor geluTanh() {
        // libtorch's takes its tanh anew for each element, forward and backward: 9% of a training step.
        boolean tabulated = requiresGradient() && dtype() == DType.BF16 && onCpu() && at.is_contiguous();
        return tabulated ? GeluTanh.TABLE.apply(this) : new Tensor(torch.gelu(at, "tanh"));
    }

    private static final class GeluTanh { // filled when it is first wanted
        static final TabulatedFunction TABLE = new TabulatedFunction(x -> new Tensor(torch.gelu(x.at, "tanh")));
    }

    /** max(x, 0). */
    public Tensor relu() {
        return new Tensor(at.relu());
    }

    /** Values held to at least {@code low} and at most {@code high}. */
    public Tensor clamp(double low, double high) {
        return new Tensor(at.clamp(new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high))));
    }

    /** Where the elements are at least {@code value}: booleans. */
    public Tensor atLeast(double value) {
        return new Tensor(at.ge(new Scalar(value)));
    }

    // --- reductions -------------------------------------------------------------------------------------------------------------------

    public Tensor sum() {
        return new Tensor(at.sum());
    }

    /** The sum along {@code dim}, kept as size 1 if {@code keep}. */
    public Tensor sum(long dim, boolean keep) {
        return new Tensor(at.sum(new long[]{dim}, keep, new ScalarTypeOptional()));
    }

    /** The largest element. */
    public Tensor max() {
        return new Tensor(at.max());
    }

    /** The largest along {@code dim}, kept as size 1 if {@code keep}. */
    public Tensor max(long dim, boolean keep) {
        return new Tensor(at.amax(new long[]{dim}, keep));
    }

    /** The Euclidean norm of all elements, a scalar. */
    public Tensor norm() {
        return new Tensor(torch.linalg_vector_norm(at, new Scalar(2.0), (LongArrayRefOptional) null, false, new ScalarTypeOptional()));
    }

    public Tensor softmax(long dim) {
        return new Tensor(at.softmax(dim));
    }

    public Tensor logSoftmax(long dim) {
        return new Tensor(torch.log_softmax(at, dim));
    }

    // --- products and layers ----------------------------------------------------------------------------------------------------------

    /** The matrix product over the last two dimensions, the others broadcast. */
    public Tensor matmul(Tensor other) {
        return new Tensor(torch.matmul(at, other.at));
    }

    /** {@code out} = this · {@code other}, matrices (I, J), (J, K) and (I, K) outside any differentiation. */
    public void matmulInto(Tensor other, Tensor out) {
        torch.mm_out(out.at, at, other.at);
    }

    /** this + {@code factor} · a·b for each of a batch of matrices: a (N, I, J), b (N, J, K), this broadcast to (N, I, K). */
    public Tensor plusProducts(Tensor a, Tensor b, double factor) {
        return new Tensor(torch.baddbmm(at, a.at, b.at, new Scalar(1.0), new Scalar(factor)));
    }

    /** {@code x · weightᵀ + bias}: (…, I), (O, I), (O) → (…, O). */
    public Tensor linear(Tensor weight, @Nullable Tensor bias) {
        return new Tensor(bias == null ? torch.linear(at, weight.at) : torch.linear(at, weight.at, optional(bias)));
    }

    /**
     * Cross-correlation along the last dimension: x (B, I, T), {@code weight} (O, I, K), {@code bias} (O) → (B, O, T + 2·padding − K + 1), with
     * {@code padding} zeros on either side of x.
     */
    public Tensor convolution(Tensor weight, @Nullable Tensor bias, long padding) {
        return new Tensor(torch.conv1d(at, weight.at, bias == null ? new TensorOptional() : optional(bias), new long[]{1},
                new long[]{padding}, new long[]{1}, 1));
    }

    /** Rows of {@code table} (V, D) chosen by this tensor of i64 ids (…) → (…, D). */
    public Tensor embedding(Tensor table) {
        return new Tensor(torch.embedding(table.at, at));
    }

    /** Elements along {@code dim} chosen by {@code index}, which has this tensor's rank. */
    public Tensor gather(long dim, Tensor index) {
        return new Tensor(at.gather(dim, index.at));
    }

    /** Slices along {@code dim} chosen by {@code index} (N) i64, repeated where it repeats. */
    public Tensor chosen(long dim, Tensor index) {
        return new Tensor(at.index_select(dim, index.at));
    }

    /**
     * The largest elements along a dimension, the largest first.
     *
     * @param values of this tensor
     * @param indices where they stand, i64
     */
    public record Largest(Tensor values, Tensor indices) {
    }

    /** The {@code count} largest along the last dimension: (…, N) → (…, count) each. */
    public Largest largest(int count) {
        var both = at.topk(count, -1, true, true);
        return new Largest(new Tensor(both.get0()), new Tensor(both.get1()));
    }

    /** Layer normalisation over the last dimension (Ba, Kiros and Hinton 2016, equation 4). */
    public Tensor layerNorm(Tensor weight, @Nullable Tensor bias, double epsilon) {
        return new Tensor(torch.layer_norm(at, new long[]{size(-1)}, optional(weight), bias == null ? new TensorOptional() : optional(bias),
                epsilon, true));
    }

    /** Root-mean-square normalisation over the last dimension (Zhang and Sennrich 2019, equation 4). */
    public Tensor rmsNorm(@Nullable Tensor weight, double epsilon) {
        return new Tensor(torch.rms_norm(at, new long[]{size(-1)}, weight == null ? new TensorOptional() : optional(weight),
                new DoubleOptional(epsilon)));
    }

    /**
     * softmax(q·kᵀ·scale + mask)·v (Vaswani et al. 2017, equation 1): q (B, H, T, D), k and v (B, K, S, D) → (B, H, T, D). With
     * {@code grouped}, K divides H and each key–value head serves H / K query heads.
     *
     * @param mask added to the scores, (T, S) or broadcast to (B, H, T, S); null for none
     * @param causal query t sees keys up to t only; not together with a mask
     */
    public Tensor attention(Tensor keys, Tensor values, @Nullable Tensor mask, boolean causal, double scale, boolean grouped) {
        return new Tensor(torch.scaled_dot_product_attention(at, keys.at, values.at, mask == null ? new TensorOptional() : optional(mask),
                0.0, causal,
                new DoubleOptional(scale), grouped));
    }

    /**
     * The mean over the targets that are not −100 of −log softmax(logits)[target]: (N, V) logits and (N) i64 targets → a scalar.
     */
    public Tensor crossEntropy(Tensor targets) {
        return new Tensor(torch.cross_entropy(at, targets.at));
    }

    /** −log softmax(logits)[target] for each row, 0 where the target is −100: (N, V) logits and (N) i64 targets → (N). */
    public Tensor crossEntropyEach(Tensor targets) {
        var rows = new Tensor(torch.log_softmax(at, -1));
        return new Tensor(torch.nll_loss(rows.at, targets.at, new TensorOptional(), 0, -100));
    }

    /**
     * Each element zeroed with probability {@code p} (to 1/65,536), the others divided by 1 − p; drawn from libtorch's generator, see
     * {@link Torch#seed}.
     */
    public Tensor dropout(double p) {
        if (p == 0) {
            return this;
        }
        if (!onCpu()) {
            return new Tensor(torch.dropout(at, p, true));
        }
        // libtorch's own draws a double for each element, on one thread; 64 bits are enough for four elements.
        var draws = torch.empty(new long[]{(numel() + 3) / 4}, new TensorOptions(ScalarType.Long), null)
                .random_(Long.MIN_VALUE, new LongOptional(), new GeneratorOptional()).view(ScalarType.Short).narrow(0, 0, numel());
        long dropped = Math.min(Math.round(p * 0x10000) + Short.MIN_VALUE, Short.MAX_VALUE); // of the numbers an i16 holds, those below this
        var factors = draws.ge(new Scalar(dropped)).to(at.scalar_type()).mul_(new Scalar(1 / (1 - p)));
        return new Tensor(at.mul(factors.view(shape())));
    }

    // --- in place ---------------------------------------------------------------------------------------------------------------------

    /** Every element becomes that of {@code source}, converted and broadcast. */
    public Tensor copyFrom(Tensor source) {
        at.copy_(source.at);
        return this;
    }

    public Tensor fillInPlace(double value) {
        at.fill_(new Scalar(value));
        return this;
    }

    public Tensor timesInPlace(double value) {
        at.mul_(new Scalar(value));
        return this;
    }

    public Tensor timesInPlace(Tensor other) {
        at.mul_(other.at);
        return this;
    }

    public Tensor plusInPlace(Tensor other) {
        at.add_(other.at);
        return this;
    }

    public Tensor plusInPlace(double value) {
        at.add_(new Scalar(value));
        return this;
    }

    /** this[…, index, …] += value, element by element along {@code dim}; {@code index} and {@code value} share a shape. */
    public Tensor scatterAddInPlace(long dim, Tensor index, Tensor value) {
        at.scatter_add_(dim, index.at, value.at);
        return this;
    }

    public Tensor minusInPlace(Tensor other) {
        at.sub_(other.at);
        return this;
    }

    /** e to the power of each element, in place. */
    public Tensor expInPlace() {
        at.exp_();
        return this;
    }

    /** this += factor · other. */
    public Tensor plusInPlace(Tensor other, double factor) {
        at.add_(other.at, new Scalar(factor));
        return this;
    }

    // --- differentiation --------------------------------------------------------------------------------------------------------------

    /** From here on gradients are accumulated into {@link #gradient()}. */
    public Tensor requireGradient() {
        at.requires_grad_(true);
        return this;
    }

    public boolean requiresGradient() {
        return at.requires_grad();
    }

    /** The same values, cut off from the graph of differentiation. */
    public Tensor detached() {
        return new Tensor(at.detach());
    }

    /** Adds d this / d leaf to the gradient of every leaf that requires one; this is a scalar. */
    public void backward() {
        at.backward();
    }

    /** Adds the vector–Jacobian product of {@code gradient}, of this tensor's shape, to the gradient of every leaf. */
    public void backward(Tensor gradient) {
        at.backward(gradient.at, new BoolOptional(), false, new TensorArrayRefOptional());
    }

    /** What backward accumulated, or null if nothing did. */
    public @Nullable Tensor gradient() {
        var grad = at.grad();
        return grad.defined() ? new Tensor(grad) : null;
    }

    /** Forgets the gradient and frees its memory. */
    public void clearGradient() {
        at.mutable_grad().reset();
    }

    /** Frees the memory now if no view or graph still holds it. */
    @Override
    public void close() {
        at.deallocate();
    }

    @Override
    public String toString() {
        return dtype() + java.util.Arrays.toString(shape());
    }

    // --- seam -------------------------------------------------------------------------------------------------------------------------

    /** For the other packages of this module; nothing else takes libtorch's types. */
    public static TensorVector vector(List<Tensor> tensors) {
        var pointers = new org.bytedeco.pytorch.Tensor[tensors.size()];
        for (int i = 0; i < pointers.length; i++) {
            pointers[i] = tensors.get(i).at;
        }
        return new TensorVector(pointers);
    }

    static TensorOptional optional(Tensor tensor) {
        return new TensorOptional(tensor.at);
    }

    static ScalarType scalarType(DType dtype) {
        return switch (dtype) {
            case F64 -> ScalarType.Double;
            case F32 -> ScalarType.Float;
            case BF16 -> ScalarType.BFloat16;
            case F16 -> ScalarType.Half;
            case I64 -> ScalarType.Long;
            case I32 -> ScalarType.Int;
            case I16 -> ScalarType.Short;
            case I8 -> ScalarType.Char;
            case U8 -> ScalarType.Byte;
            case BOOL -> ScalarType.Bool;
        };
    }

    private static TensorOptions options(DType dtype) {
        var options = new TensorOptions(scalarType(dtype));
        return Torch.device() == Device.CPU ? options : options.device(new DeviceOptional(Device.CUDA.at()));
    }

    private static Long[] box(long[] values) {
        return java.util.Arrays.stream(values).boxed().toArray(Long[]::new);
    }

}
