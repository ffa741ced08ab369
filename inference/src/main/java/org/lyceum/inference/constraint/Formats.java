package org.lyceum.inference.constraint;

import java.util.Map;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;

/** The formats of strings that JSON Schema names, as patterns; each takes a part of what its standard allows. */
final class Formats {
    private static final String YEAR = "(19|20)\\d\\d";
    private static final String DATE = YEAR + "-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)"
            + "|02-(0[1-9]|1\\d|2[0-8]))";
    private static final String TIME = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-](0\\d|1[0-3]):[0-5]\\d)";
    private static final String LABEL = "[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?";
    private static final String HOST = LABEL + "(\\." + LABEL + "){0,3}\\.[a-z]{2,12}";
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

    private static final Map<String, String> PATTERNS = Map.of(
            "date", DATE,
            "time", TIME,
            "date-time", DATE + "T" + TIME,
            "duration", "P(\\d{1,4}D|(\\d{1,4}D)?T(\\d{1,4}H(\\d{1,4}M(\\d{1,4}S)?)?|\\d{1,4}M(\\d{1,4}S)?|\\d{1,4}S))",
            "email", "[A-Za-z0-9_+-]{1,30}(\\.[A-Za-z0-9_+-]{1,20}){0,2}@" + HOST,
            "hostname", HOST,
            "ipv4", BYTE + "\\." + BYTE + "\\." + BYTE + "\\." + BYTE,
            "ipv6", "([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}",
            "uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private Formats() {
    }

    /** The pattern of {@code format}, anchored. Throws {@link UserError} for one that is not known. */
    static String pattern(String format, String at) {
        var pattern = PATTERNS.get(format);
        if (pattern == null) {
            throw UserError.usage("The schema's format '" + format + "' at " + at + " is not supported; "
                    + Nearest.hint(format, PATTERNS.keySet()));
        }
        return "^(" + pattern + ")$";
    }
}
