package org.lyceum.inference.jinja;

import java.util.ArrayList;
import java.util.List;

/** Python's operators. */
final class Arithmetic {
    private Arithmetic() {
    }

    static boolean holds(Run run, String operator, Object a, Object b) {
        return switch (operator) {
            case "==" -> Values.equal(run, a, b);
            case "!=" -> !Values.equal(run, a, b);
            case "<" -> Values.compare(run, a, b) < 0;
            case "<=" -> Values.compare(run, a, b) <= 0;
            case ">" -> Values.compare(run, a, b) > 0;
            case ">=" -> Values.compare(run, a, b) >= 0;
            case "in" -> Values.contains(run, b, a);
            default -> !Values.contains(run, b, a);
        };
    }

    static Object apply(Run run, String operator, Object a, Object b) {
        if (operator.equals("+") && a instanceof String left && b instanceof String right) {
            run.checkLength((long) left.length() + right.length());
            return run.made(left + right);
        }
        if (operator.equals("+") && a instanceof List<?> left && b instanceof List<?> right) {
            run.charge(8 * (left.size() + (long) right.size())); // each may stay in memory
            run.checkLength((long) left.size() + right.size());
            var both = new ArrayList<Object>(left);
            both.addAll(right);
            return both;
        }
        if (operator.equals("*") && a instanceof String text && b instanceof Long times) {
            long most = Math.max(0, times);
            run.checkLength(text.isEmpty() ? 0 : Math.multiplyHigh(most, text.length()) != 0 ? Long.MAX_VALUE : most * text.length());
            return text.isEmpty() ? "" : run.made(text.repeat((int) most));
        }
        if (operator.equals("%") && a instanceof String format) {
            return percent(run, format, b);
        }
        if (!Values.isNumber(a) || !Values.isNumber(b)) {
            for (var each : new Object[]{a, b}) {
                if (each instanceof Values.Undefined undefined) {
                    throw new TemplateException("'" + undefined.name() + "' is undefined");
                }
            }
            throw new TemplateException("'" + operator + "' does not work between " + Values.typeName(a) + " and " + Values.typeName(b));
        }
        try {
            return a instanceof Double || b instanceof Double || operator.equals("/")
                    ? decimal(operator, Values.decimal(a), Values.decimal(b))
                    : whole(operator, Values.whole(a), Values.whole(b));
        } catch (ArithmeticException e) {
            throw new TemplateException("a number is too large");
        }
    }

    private static Object whole(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> Math.floorDiv(a, notZero(b));
            case "%" -> Math.floorMod(a, notZero(b));
            default -> b < 0 ? (Object) Math.pow(a, b) : power(a, b);
        };
    }

    private static long power(long base, long exponent) {
        if (exponent > 64 && Math.abs(base) > 1) {
            throw new ArithmeticException();
        }
        long power = 1;
        for (long i = 0; i < Math.min(exponent, 64 + (exponent & 1)); i++) { // beyond that only 0, 1 and -1 are left
            power = Math.multiplyExact(power, base);
        }
        return power;
    }

    private static double decimal(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / notZero(b);
            case "//" -> Math.floor(a / notZero(b));
            case "%" -> a - b * Math.floor(a / notZero(b));
            default -> Math.pow(a, b);
        };
    }

    private static long notZero(long b) {
        if (b == 0) {
            throw new TemplateException("it divides by zero");
        }
        return b;
    }

    private static double notZero(double b) {
        if (b == 0) {
            throw new TemplateException("it divides by zero");
        }
        return b;
    }

    /** {@code "%s and %d" % values}, without widths. */
    static String percent(Run run, String format, Object value) {
        var values = value instanceof List<?> list ? list : List.of(value);
        var out = new StringBuilder();
        int used = 0;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%') {
                out.append(c);
                continue;
            }
            char kind = ++i < format.length() ? format.charAt(i) : ' ';
            if (kind == '%') {
                out.append('%');
            } else if ((kind == 's' || kind == 'd' || kind == 'r') && used < values.size()) {
                Object each = values.get(used++);
                if (kind == 'r') {
                    Values.repr(run, each, out, 0);
                } else {
                    out.append(kind == 'd' ? String.valueOf((long) Values.decimal(each)) : Values.text(run, each));
                }
            } else {
                throw new TemplateException("the format '" + format + "' is not one that is known here, or has too few values");
            }
            run.checkLength(out.length());
        }
        return run.made(out.toString());
    }
}
