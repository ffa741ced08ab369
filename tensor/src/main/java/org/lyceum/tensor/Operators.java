package org.lyceum.tensor;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Type;

/** Operators of libtorch that the Java presets do not map, reached through its dispatcher and typed once, here. */
public final class Operators {
    private static final ConcurrentHashMap<String, OperatorHandle> HANDLES = new ConcurrentHashMap<>();

    private Operators() {
    }

    /**
     * One step of AdamW for many parameters in one call (Loshchilov and Hutter 2019, algorithm 2): parameters and both moments change in
     * place. All lists have the same length; each step count is a scalar f32 tensor that counts this step already.
     */
    public static void fusedAdamW(List<Tensor> parameters, List<Tensor> gradients, List<Tensor> firstMoments, List<Tensor> secondMoments,
            List<Tensor> steps, double learningRate, double beta1, double beta2, double weightDecay, double epsilon) {
        call("aten::_fused_adamw_", "", list(parameters), list(gradients), list(firstMoments), list(secondMoments), list(List.of()),
                list(steps),
                new IValue(learningRate), new IValue(beta1), new IValue(beta2), new IValue(weightDecay), new IValue(epsilon),
                new IValue(false),
                new IValue(false), new IValue(), new IValue());
    }

    /** The Euclidean norm of each tensor, as scalars. */
    public static List<Tensor> norms(List<Tensor> tensors) {
        var results = call("aten::_foreach_norm", "Scalar", list(tensors), new IValue(new org.bytedeco.pytorch.Scalar(2.0)), new IValue());
        return tensors(results.get(0).toTensorVector());
    }

    /** Every tensor times {@code factor} (a scalar tensor), in place. */
    public static void scaleInPlace(List<Tensor> tensors, Tensor factor) {
        call("aten::_foreach_mul_", "Tensor", list(tensors), new IValue(factor.at));
    }

    /** Every tensor moved towards its counterpart in {@code to} by the share {@code weight} of what lies between them, in place. */
    public static void approachInPlace(List<Tensor> tensors, List<Tensor> to, double weight) {
        call("aten::_foreach_lerp_", "Scalar", list(tensors), list(to), new IValue(new org.bytedeco.pytorch.Scalar(weight)));
    }

    private static IValueVector call(String name, String overload, IValue... arguments) {
        var handle = HANDLES.computeIfAbsent(name + "." + overload, _ -> {
            var found = Dispatcher.singleton().findSchemaOrThrow(name, overload);
            found.retainReference();
            return found;
        });
        var stack = new IValueVector(arguments);
        handle.callBoxed(stack);
        return stack;
    }

    private static IValue list(List<Tensor> tensors) {
        var list = new GenericList(new Type.TypePtr(TensorType.get()));
        list.reserve(tensors.size());
        for (var tensor : tensors) {
            list.push_back(new IValue(tensor.at));
        }
        return new IValue(list);
    }

    private static List<Tensor> tensors(TensorVector vector) {
        var list = new Tensor[(int) vector.size()];
        for (int i = 0; i < list.length; i++) {
            list[i] = new Tensor(vector.get(i));
        }
        return List.of(list);
    }
}
