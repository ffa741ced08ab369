package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.lyceum.worlds.Question.Expected;

/** Decides by rule what an answer to a question is, whoever wrote it. */
public final class AnswerChecker {
    /** What an answer is. */
    public enum Outcome {
        /** It says something true in the reference world. */
        TRUE,
        /** It says something false there: a hallucination. */
        FALSE,
        /** It says nothing that can be true or false of the world. */
        NOT_A_CLAIM,
        /** It says that the answer is not known. */
        ABSTENTION
    }

    /**
     * The judgement.
     *
     * @param outcome what the answer is
     * @param correct whether it answers the question
     * @param supported whether what it says follows from what was shown
     */
    public record Verdict(Outcome outcome, boolean correct, boolean supported) {
    }

    private static final List<String> ABSTENTIONS = List.of("i don't know", "i do not know", "it is not known", "not enough information",
            "cannot be known", "does not say", "unknown", "no lo sé", "no se sabe", "no hay información", "no lo dice", "no se puede saber",
            "desconocido");
    private static final Pattern NUMBER = Pattern.compile("-?\\d+");

    private final Question question;
    private final World known;
    private final SentenceReader reader;

    /** For answers to {@code question} in its language. */
    public AnswerChecker(Question question) {
        this.question = question;
        this.known = question.view().known(question.reference());
        this.reader = new SentenceReader(question.reference(), question.language());
    }

    /** What {@code answer} is: one name, one number, or sentences. */
    public Verdict judge(String answer) {
        var text = answer.strip();
        var lower = text.toLowerCase(Locale.ROOT).replace('’', '\'');
        if (ABSTENTIONS.stream().anyMatch(lower::contains)) {
            return new Verdict(Outcome.ABSTENTION, question.expected() instanceof Expected.Abstain, true);
        }
        var claims = claims(text);
        if (!claims.isEmpty()) {
            boolean all = claims.stream().allMatch(c -> c.trueIn(question.reference()));
            boolean told = claims.stream().allMatch(c -> c instanceof Claim.Holds holds && holds.agrees() && known.holds(holds.fact()));
            return new Verdict(all ? Outcome.TRUE : Outcome.FALSE, all && claims.stream().anyMatch(this::answers), told);
        }
        var bare = text.replaceFirst("[.!]$", "");
        return switch (question.expected()) {
            case Expected.Number number -> NUMBER.matcher(bare).matches() ? said(Integer.parseInt(bare) == number.value()) : nothing();
            case Expected.Entities entities -> name(bare).map(e -> said(entities.ids().contains(e.id()))).orElse(nothing());
            case Expected.Nobody _ -> name(bare).map(_ -> said(false)).orElse(nothing());
            case Expected.Abstain abstain -> name(bare)
                    .map(e -> new Verdict(abstain.hidden().contains(e.id()) ? Outcome.TRUE : Outcome.FALSE, false, false))
                    .orElse(nothing());
        };
    }

    private Verdict said(boolean right) {
        return new Verdict(right ? Outcome.TRUE : Outcome.FALSE, right,
                right && question.proofs().stream().allMatch(p -> known.holds(p.fact())));
    }

    private static Verdict nothing() {
        return new Verdict(Outcome.NOT_A_CLAIM, false, false);
    }

    /** An entity by its name, with its article or without. */
    private Optional<Entity> name(String bare) {
        return reader.entity(bare).or(() -> reader.entity("a " + bare)).or(() -> reader.entity("an " + bare))
                .or(() -> reader.entity("the " + bare));
    }

    private List<Claim> claims(String text) {
        var claims = new ArrayList<Claim>();
        for (var sentence : text.split("(?<=\\.)\\s+")) {
            reader.read(sentence).ifPresent(claims::add);
        }
        return claims;
    }

    /** Whether a true claim says what was asked for: a fact that the answer rests on, or that there is nobody. */
    private boolean answers(Claim claim) {
        return switch (claim) {
            case Claim.Nobody nobody -> question.expected() instanceof Expected.Nobody expected && expected.claim().equals(nobody);
            case Claim.Holds holds -> question.expected() instanceof Expected.Entities
                    && question.proofs().stream().anyMatch(p -> p.fact().equals(holds.fact()));
        };
    }
}
