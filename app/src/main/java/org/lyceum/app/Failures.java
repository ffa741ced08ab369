package org.lyceum.app;

import java.util.Locale;
import java.util.Objects;
import org.lyceum.foundation.Nearest;
import org.lyceum.foundation.UserError;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Failures as one sentence on standard error, and an exit status. */
final class Failures {
    private Failures() {
    }

    /** Status 2, naming the nearest option or verb for one that does not exist. */
    static int wrongUsage(ParameterException wrong, String[] arguments) {
        var line = wrong.getCommandLine();
        var sentence = Objects.requireNonNullElse(wrong.getMessage(), "Wrong usage.");
        if (wrong instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            var word = unmatched.getUnmatched().getFirst();
            var name = word.startsWith("-") ? word.replaceFirst("=.*", "") : word;
            var spec = line.getCommandSpec();
            sentence = "Unknown " + (word.startsWith("-") ? "option " : "word ") + "'" + name + "'; "
                    + Nearest.hint(name,
                            word.startsWith("-") || spec.subcommands().isEmpty()
                                    ? spec.optionsMap().keySet()
                                    : spec.subcommands().keySet());
        }
        line.getErr().println("lyceum: " + closed(oneLine(sentence)));
        line.getErr().println("See '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return CommandLine.ExitCode.USAGE;
    }

    /** Status 1, or what a {@link UserError} asks for. */
    static int failed(Exception failure, CommandLine verb, boolean debug) {
        var err = verb.getErr();
        verb.getOut().flush();
        if (debug) {
            failure.printStackTrace(err);
        }
        if (failure instanceof UserError said) {
            err.println("lyceum: " + said.getMessage());
            return said.exitStatus();
        }
        err.println("lyceum: " + sentence(failure, debug));
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String sentence(Throwable failure, boolean debug) {
        var message = Objects.requireNonNullElse(failure.getMessage(), "");
        var lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("can't allocate memory") || lower.contains("not enough memory") || lower.contains("out of memory")
                || failure.getCause() instanceof OutOfMemoryError) {
            return "There is not enough memory for this; use a smaller model, batch or context, or free some memory.";
        }
        return "Something went wrong inside: " + failure.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + oneLine(message))
                + (debug ? "" : " (run again with --debug for the stack trace)");
    }

    /** Ends as a sentence does, which the parser's messages do not. */
    private static String closed(String sentence) {
        return sentence.endsWith(".") || sentence.endsWith("?") ? sentence : sentence + ".";
    }

    private static String oneLine(String text) {
        return text.lines().findFirst().orElse("").strip();
    }
}
