package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lyceum.worlds.Question.Expected;
import org.lyceum.worlds.View.Policy;

/**
 * Decides by rule what an answer to a question is, whoever wrote it: a name, a number, sentences of ours, or a sentence that names one thing more
 * than the question and adds no word that says something by itself.
 */
public final class AnswerChecker {
    /** What an answer is. */
    public enum Outcome {
        /** It says something true in the reference world. */
        TRUE,
        /** It says something false there: a hallucination, unless some source says so. */
        FALSE,
        /** It says nothing that can be true or false of the world. */
        NOT_A_CLAIM,
        /** It says that the answer is not known. */
        ABSTENTION
    }

    /** What an answer has to do with what was shown. */
    public enum Support {
        /** It follows from what was shown, as the policy reads it. */
        FOLLOWS,
        /** It follows from a source that a newer one contradicts. */
        STALE,
        /** It follows from a source that another one, no newer, wins over. */
        OVERRULED,
        /** It follows from nothing that was shown. */
        NONE
    }

    /**
     * The judgement.
     *
     * @param outcome what the answer is
     * @param correct whether it answers the question
     * @param support what it has to do with what was shown
     */
    public record Verdict(Outcome outcome, boolean correct, Support support) {
        /** Whether what it says follows from what was shown. */
        public boolean supported() {
            return support == Support.FOLLOWS;
        }
    }

    private static final Verdict NOTHING = new Verdict(Outcome.NOT_A_CLAIM, false, Support.NONE);

    private final Question question;
    private final World known;
    private final SentenceReader reader;

    /** For answers to {@code question} in its language. */
    public AnswerChecker(Question question) {
        this(question, new SentenceReader(question.reference(), question.language()));
    }

    /** The same with a reader of that language and of a world of the same entities, since it takes time to make one. */
    public AnswerChecker(Question question, SentenceReader reader) {
        this.question = question;
        this.known = question.view().known(question.reference());
        this.reader = reader;
    }

    /** What {@code answer} is. */
    public Verdict judge(String answer) {
        var free = new FreeAnswer(answer);
        if (free.abstains()) {
            return abstention();
        }
        var claims = new ArrayList<Claim>();
        free.sentences().forEach(ways -> ways.stream().flatMap(way -> read(way).stream()).findFirst().ifPresent(claims::add));
        if (!claims.isEmpty()) {
            boolean all = claims.stream().allMatch(claim -> claim.trueIn(question.reference()));
            return new Verdict(all ? Outcome.TRUE : Outcome.FALSE, all && claims.stream().anyMatch(this::answers), supportOf(claims));
        }
        var verdict = switch (question.expected()) {
            case Expected.Number number -> free.denies() ? NOTHING : number(free, number.value());
            case Expected.Entities entities -> entity(free, entities.ids(), true);
            case Expected.Abstain abstain -> entity(free, abstain.hidden(), false);
            case Expected.Nobody nobody -> nobody(free, nobody.claim());
        };
        return verdict.outcome() == Outcome.NOT_A_CLAIM && free.doubts() ? abstention() : verdict;
    }

    /** A claim, in which a pronoun, or no subject in Spanish, stands for whom it may stand for. */
    private Optional<Claim> read(String sentence) {
        var claim = reader.read(sentence);
        return claim.isPresent() || question.proofs().isEmpty()
                ? claim
                : reader.read(sentence, question.proofs().getLast().fact().subject())
                        .filter(going -> going instanceof Claim.Holds holds && holds.agrees());
    }

    private Verdict abstention() {
        return new Verdict(Outcome.ABSTENTION, question.expected() instanceof Expected.Abstain, Support.FOLLOWS);
    }

    private Verdict number(FreeAnswer free, int value) {
        var mentioned = reader.mentioned(free.bare());
        if (free.number(question.text()).isEmpty() || mentioned.entities().stream().anyMatch(this::isOther)) {
            return NOTHING;
        }
        boolean right = free.number(question.text()).orElseThrow() == value;
        return new Verdict(right ? Outcome.TRUE : Outcome.FALSE, right, right ? support(question.proofs()) : Support.NONE);
    }

    /** Whether the question does not speak of it, and it is no year. */
    private boolean isOther(int entity) {
        return question.reference().entity(entity).kind() != Kind.YEAR && !askedAbout().contains(entity)
                && question.proofs().stream().noneMatch(proof -> proof.fact().object() == entity);
    }

    /** An answer that names an entity, or denies that it is that. */
    private Verdict entity(FreeAnswer free, Set<Integer> right, boolean answerable) {
        var kind = question.reference().entity(right.iterator().next()).kind();
        var named = name(free.bare()).or(() -> onlyOneNamed(free, kind));
        if (named.isEmpty()) {
            return NOTHING;
        }
        boolean said = right.contains(named.get().id());
        if (free.denies()) {
            return new Verdict(said ? Outcome.FALSE : Outcome.TRUE, false, Support.NONE);
        }
        return new Verdict(said ? Outcome.TRUE : Outcome.FALSE, said && answerable, support(named.get(), said));
    }

    /** A name is no answer to a question about nobody; that there is nobody is. */
    private Verdict nobody(FreeAnswer free, Claim.Nobody claim) {
        var mentioned = reader.mentioned(free.bare());
        if (free.denies()) {
            var noun = FreeAnswer.plain(Kin.of(claim.relation()).noun(question.language(), claim.gender()));
            boolean right = mentioned.rest().contains(noun) && askedAbout().containsAll(mentioned.entities());
            return right ? new Verdict(Outcome.TRUE, true, Support.NONE) : NOTHING;
        }
        return name(free.bare()).or(() -> onlyOneNamed(free, null)).map(_ -> new Verdict(Outcome.FALSE, false, Support.NONE))
                .orElse(NOTHING);
    }

    /** An entity by its name, whatever article it has. */
    private Optional<Entity> name(String bare) {
        return reader.entity(bare).or(() -> reader.entity(bare.replaceFirst("^(?:the|an?|el|la|los|las|una?) ", "")));
    }

    /** The one entity that is named beside those of the question, of {@code kind} if that is known, where no other word says anything. */
    private Optional<Entity> onlyOneNamed(FreeAnswer free, @Nullable Kind kind) {
        var mentioned = reader.mentioned(free.bare());
        var asked = askedAbout();
        var others = mentioned.entities().stream().filter(id -> !asked.contains(id)).distinct().toList();
        return others.size() == 1 && FreeAnswer.addsNothing(mentioned.rest(), question.text())
                ? Optional.of(question.reference().entity(others.getFirst())).filter(entity -> kind == null || entity.kind() == kind)
                : Optional.empty();
    }

    private Set<Integer> askedAbout() {
        return Set.copyOf(reader.mentioned(question.text()).entities());
    }

    private Support support(Entity named, boolean right) {
        if (question.proofs().isEmpty()) {
            return Support.NONE;
        }
        if (right) {
            return support(question.proofs());
        }
        var fact = question.proofs().getLast().fact();
        return support(Set.of(new Fact(fact.relation(), fact.subject(), named.id(), fact.year())));
    }

    private Support support(List<Proof> proofs) {
        return support(proofs.stream().map(Proof::fact).collect(Collectors.toSet()));
    }

    private Support supportOf(List<Claim> claims) {
        var facts = claims.stream().filter(Claim.Holds.class::isInstance).map(Claim.Holds.class::cast).toList();
        return facts.size() == claims.size() && facts.stream().allMatch(Claim.Holds::agrees)
                ? support(facts.stream().map(Claim.Holds::fact).collect(Collectors.toSet()))
                : Support.NONE;
    }

    /** Whether facts follow from what was shown, or from what was shown if one of its sources won. */
    private Support support(Set<Fact> facts) {
        if (facts.stream().allMatch(known::holds)) {
            return Support.FOLLOWS;
        }
        var view = question.view();
        if (view.sources().size() < 2) {
            return Support.NONE;
        }
        var believed = view.sources().stream()
                .filter(source -> facts.stream().allMatch(view.by(Policy.TRUSTED, source).known(question.reference())::holds)).toList();
        return believed.isEmpty() ? Support.NONE : believed.stream().allMatch(view::older) ? Support.STALE : Support.OVERRULED;
    }

    /** Whether a true claim says what was asked for, or that there is nobody. */
    private boolean answers(Claim claim) {
        return switch (claim) {
            case Claim.Nobody nobody -> question.expected() instanceof Expected.Nobody expected && expected.claim().equals(nobody);
            case Claim.Holds holds ->
                question.expected() instanceof Expected.Entities && question.proofs().getLast().fact().equals(holds.fact());
        };
    }
}
