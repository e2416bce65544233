package io.github.jvig.model.onnx.lowering;

import io.github.jvig.model.onnx.file.OnnxTensor;
import io.github.jvig.model.onnx.file.OnnxTensor.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Operators on known tensors, element by element: whole numbers as longs, exactly; real numbers in double, rounded to float. Both inputs are
 * of one kind and are repeated to one shape.
 */
final class FoldedMath {
    /** Codes of element types in ONNX files. */
    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT8 = 3;
    private static final int UINT16 = 4;
    private static final int INT16 = 5;
    private static final int INT32 = 6;
    private static final int INT64 = 7;
    private static final int BOOL = 9;
    private static final int FLOAT16 = 10;
    private static final int DOUBLE = 11;
    private static final int UINT32 = 12;
    private static final int UINT64 = 13;
    private static final int BFLOAT16 = 16;

    private FoldedMath() {
    }

    static void addTo(Map<String, Constants.Fold> folds) {
        folds.put("Add", f -> binary(f, Long::sum, Double::sum));
        folds.put("Sub", f -> binary(f, (a, b) -> a - b, (a, b) -> a - b));
        folds.put("Mul", f -> binary(f, (a, b) -> a * b, (a, b) -> a * b));
        folds.put("Div", f -> binary(f, FoldedMath::quotient, (a, b) -> a / b));
        folds.put("Mod", FoldedMath::mod);
        folds.put("Pow", FoldedMath::pow);
        folds.put("Max", f -> several(f, Math::max, Math::max));
        folds.put("Min", f -> several(f, Math::min, Math::min));
        folds.put("Sum", f -> several(f, Long::sum, Double::sum));
        folds.put("Equal", f -> compare(f, (a, b) -> a == b ? 1 : 0, (a, b) -> a == b ? 1 : 0));
        folds.put("Less", f -> compare(f, (a, b) -> a < b ? 1 : 0, (a, b) -> a < b ? 1 : 0));
        folds.put("LessOrEqual", f -> compare(f, (a, b) -> a <= b ? 1 : 0, (a, b) -> a <= b ? 1 : 0));
        folds.put("Greater", f -> compare(f, (a, b) -> a > b ? 1 : 0, (a, b) -> a > b ? 1 : 0));
        folds.put("GreaterOrEqual", f -> compare(f, (a, b) -> a >= b ? 1 : 0, (a, b) -> a >= b ? 1 : 0));
        folds.put("And", f -> compare(f, (a, b) -> a & b, null));
        folds.put("Or", f -> compare(f, (a, b) -> a | b, null));
        folds.put("Xor", f -> compare(f, (a, b) -> a ^ b, null));
        folds.put("Not", f -> unary(f, a -> 1 - a, null));
        folds.put("Neg", f -> unary(f, a -> -a, a -> -a));
        folds.put("Abs", f -> unary(f, Math::abs, Math::abs));
        folds.put("Sign", f -> unary(f, Long::signum, Math::signum));
        folds.put("Relu", f -> unary(f, a -> Math.max(a, 0), a -> a > 0 || Double.isNaN(a) ? a : 0));
        folds.put("Floor", f -> unary(f, null, Math::floor));
        folds.put("Ceil", f -> unary(f, null, Math::ceil));
        folds.put("Round", f -> unary(f, null, Math::rint));
        folds.put("Sqrt", f -> unary(f, null, Math::sqrt));
        folds.put("Exp", f -> unary(f, null, Math::exp));
        folds.put("Log", f -> unary(f, null, Math::log));
        folds.put("Reciprocal", f -> unary(f, null, a -> 1 / a));
        folds.put("Sigmoid", f -> unary(f, null, a -> 1 / (1 + Math.exp(-a))));
        folds.put("Tanh", f -> unary(f, null, Math::tanh));
        folds.put("Sin", f -> unary(f, null, Math::sin));
        folds.put("Cos", f -> unary(f, null, Math::cos));
        folds.put("Where", FoldedMath::where);
        folds.put("Clip", FoldedMath::clip);
        folds.put("Cast", f -> List.of(cast(f.input(0), f.node().integer("to", 0))));
        folds.put("CastLike", f -> List.of(like(f.input(0), f.input(1).kind())));
    }

    private static long quotient(long a, long b) {
        if (b == 0) {
            throw new IllegalArgumentException("divides a whole number by zero");
        }
        return a / b;
    }

    private static List<OnnxTensor> mod(Folding f) {
        boolean fmod = f.node().integer("fmod", 0) != 0;
        if (!fmod && f.input(0).kind() == Kind.FLOAT) {
            throw new IllegalArgumentException("takes real numbers with its attribute fmod of 1 alone");
        }
        return binary(f, (a, b) -> {
            quotient(a, b);
            // Without fmod the sign is the divisor's, with it the dividend's.
            return fmod ? a % b : Math.floorMod(a, b);
        }, (a, b) -> a % b);
    }

    private static List<OnnxTensor> pow(Folding f) {
        OnnxTensor base = f.input(0);
        OnnxTensor exponent = f.input(1);
        if (base.kind() == Kind.FLOAT) {
            return List.of(apply(f, base, like(exponent, Kind.FLOAT), null, Math::pow, Kind.FLOAT));
        }
        if (exponent.kind() == Kind.FLOAT) {
            OnnxTensor real = apply(f, like(base, Kind.FLOAT), exponent, null, Math::pow, Kind.FLOAT);
            return List.of(like(real, Kind.INTEGER));
        }
        return List.of(apply(f, base, exponent, FoldedMath::power, null, base.kind()));
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            throw new IllegalArgumentException("raises a whole number to the power " + exponent);
        }
        long result = 1;
        long square = base;
        for (long rest = exponent; rest > 0; rest >>= 1) {
            result *= (rest & 1) == 1 ? square : 1;
            square *= square;
        }
        return result;
    }

    private static List<OnnxTensor> binary(Folding f, LongBinaryOperator whole, DoubleBinaryOperator real) {
        return List.of(apply(f, f.input(0), f.input(1), whole, real, f.input(0).kind()));
    }

    private static List<OnnxTensor> compare(Folding f, LongBinaryOperator whole, DoubleBinaryOperator real) {
        return List.of(apply(f, f.input(0), f.input(1), whole, real, Kind.BOOLEAN));
    }

    private static List<OnnxTensor> several(Folding f, LongBinaryOperator whole, DoubleBinaryOperator real) {
        OnnxTensor result = f.input(0);
        for (int i = 1; i < f.count(); i++) {
            result = apply(f, result, f.input(i), whole, real, result.kind());
        }
        return List.of(result);
    }

    /** The shape to which both are repeated. */
    static List<Integer> broadcast(List<Integer> a, List<Integer> b) {
        int rank = Math.max(a.size(), b.size());
        List<Integer> shape = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            int x = i < rank - a.size() ? 1 : a.get(i - rank + a.size());
            int y = i < rank - b.size() ? 1 : b.get(i - rank + b.size());
            if (x != y && x != 1 && y != 1) {
                throw new IllegalArgumentException("has inputs of shapes " + a + " and " + b + ", which don't fit");
            }
            shape.add(x == 1 ? y : x);
        }
        return shape;
    }

    private static OnnxTensor apply(Folding f, OnnxTensor left, OnnxTensor right, LongBinaryOperator whole,
            DoubleBinaryOperator real, Kind result) {
        if ((left.kind() == Kind.FLOAT) != (right.kind() == Kind.FLOAT)) {
            throw new IllegalArgumentException("has inputs of real and of whole numbers");
        }
        if (left.kind() == Kind.FLOAT ? real == null : whole == null) {
            throw new IllegalArgumentException("does not take such elements");
        }
        List<Integer> shape = broadcast(left.shape(), right.shape());
        OnnxTensor a = f.expanded(left, shape);
        OnnxTensor b = f.expanded(right, shape);
        if (left.kind() != Kind.FLOAT) {
            long[] values = f.longs(shape);
            for (int i = 0; i < values.length; i++) {
                values[i] = whole.applyAsLong(a.integers()[i], b.integers()[i]);
            }
            return new OnnxTensor(result, shape, null, values);
        }
        float[] values = f.floats(shape);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) real.applyAsDouble(a.floats()[i], b.floats()[i]);
        }
        return like(OnnxTensor.of(shape, values), result);
    }

    /** Null where the elements are of a kind that this does not compute, so that another rule may. */
    private static List<OnnxTensor> unary(Folding f, LongUnaryOperator whole, DoubleUnaryOperator real) {
        OnnxTensor x = f.input(0);
        if (x.kind() == Kind.FLOAT ? real == null : whole == null) {
            return null;
        }
        if (x.kind() == Kind.FLOAT) {
            float[] values = f.floats(x.shape());
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) real.applyAsDouble(x.floats()[i]);
            }
            return List.of(OnnxTensor.of(x.shape(), values));
        }
        long[] values = f.longs(x.shape());
        for (int i = 0; i < values.length; i++) {
            values[i] = whole.applyAsLong(x.integers()[i]);
        }
        return List.of(new OnnxTensor(x.kind(), x.shape(), null, values));
    }

    private static List<OnnxTensor> where(Folding f) {
        long[] condition;
        List<Integer> shape = broadcast(f.input(0).shape(), broadcast(f.input(1).shape(), f.input(2).shape()));
        if (f.input(0).kind() == Kind.FLOAT || f.input(1).kind() != f.input(2).kind()) {
            throw new IllegalArgumentException("has a condition of real numbers, or branches of different kinds");
        }
        condition = f.expanded(f.input(0), shape).integers();
        OnnxTensor yes = f.expanded(f.input(1), shape);
        OnnxTensor no = f.expanded(f.input(2), shape);
        int elements = f.elements(shape);
        if (yes.kind() == Kind.FLOAT) {
            float[] values = new float[elements];
            for (int i = 0; i < elements; i++) {
                values[i] = condition[i] != 0 ? yes.floats()[i] : no.floats()[i];
            }
            return List.of(OnnxTensor.of(shape, values));
        }
        long[] values = new long[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = condition[i] != 0 ? yes.integers()[i] : no.integers()[i];
        }
        return List.of(new OnnxTensor(yes.kind(), shape, null, values));
    }

    /** Of whole numbers; that of real numbers has its limits as attributes in old files and is another rule's. */
    private static List<OnnxTensor> clip(Folding f) {
        if (f.input(0).kind() != Kind.INTEGER) {
            return null;
        }
        long low = f.has(1) ? f.integer(1) : Long.MIN_VALUE;
        long high = f.has(2) ? f.integer(2) : Long.MAX_VALUE;
        return unary(f, a -> Math.min(Math.max(a, low), high), null);
    }

    /** The kind of numbers that a file's element type is computed as. */
    static Kind kind(long type) {
        return switch ((int) type) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> Kind.FLOAT;
            case INT64, INT32, INT16, INT8, UINT8, UINT16, UINT32, UINT64 -> Kind.INTEGER;
            case BOOL -> Kind.BOOLEAN;
            default -> throw new UnsupportedOperationException("makes elements of type " + type
                    + " (its attribute to or dtype), which are not computed with");
        };
    }

    /** Whether a cast from a kind changes no number, given that whole numbers are small. */
    static boolean keeps(Kind from, long type) {
        return switch (from) {
            case BOOLEAN -> kind(type) != null;
            case INTEGER -> type == INT64 || type == INT32 || kind(type) == Kind.FLOAT && type != FLOAT16
                    && type != BFLOAT16;
            case FLOAT -> type == FLOAT || type == DOUBLE;
        };
    }

    /** Rounds, cuts to whole numbers (toward zero), wraps whole numbers that don't fit. */
    static OnnxTensor cast(OnnxTensor x, long type) {
        OnnxTensor converted = like(x, kind(type));
        if (type == FLOAT16 || type == BFLOAT16) {
            float[] values = converted.floats().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] = type == FLOAT16
                        ? Float.float16ToFloat(Float.floatToFloat16(values[i]))
                        : bfloat16(values[i]);
            }
            return OnnxTensor.of(x.shape(), values);
        }
        LongUnaryOperator wrap = switch ((int) type) {
            case INT32 -> v -> (int) v;
            case INT16 -> v -> (short) v;
            case INT8 -> v -> (byte) v;
            case UINT8 -> v -> v & 0xff;
            case UINT16 -> v -> v & 0xffff;
            case UINT32 -> v -> v & 0xffffffffL;
            default -> null;
        };
        if (wrap == null) {
            return converted;
        }
        long[] values = converted.integers().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = wrap.applyAsLong(values[i]);
        }
        return OnnxTensor.of(x.shape(), values);
    }

    /** To the nearest of 8 bits of mantissa, ties to even. */
    private static float bfloat16(float value) {
        if (Float.isNaN(value)) {
            return value;
        }
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
    }

    /** As another kind. */
    static OnnxTensor like(OnnxTensor x, Kind kind) {
        if (x.kind() == kind) {
            return x;
        }
        if (kind == Kind.FLOAT) {
            return OnnxTensor.of(x.shape(), x.asFloats());
        }
        long[] values = new long[x.elements()];
        for (int i = 0; i < values.length; i++) {
            if (kind == Kind.BOOLEAN) {
                values[i] = (x.kind() == Kind.FLOAT ? x.floats()[i] != 0 : x.integers()[i] != 0) ? 1 : 0;
            } else {
                values[i] = x.kind() == Kind.FLOAT ? (long) x.floats()[i] : x.integers()[i];
            }
        }
        return new OnnxTensor(kind, x.shape(), null, values);
    }
}
