package org.lyceum.app;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line: minutes, not necessarily whole ones, above 0. */
final class Minutes implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String written) {
        try {
            double minutes = Double.parseDouble(written);
            if (minutes > 0 && Double.isFinite(minutes)) {
                return Duration.ofNanos((long) (60e9 * minutes));
            }
        } catch (NumberFormatException _) {
            // said below, as for a number that is no time
        }
        throw new TypeConversionException("'" + written + "' is not a number of minutes above 0");
    }
}
