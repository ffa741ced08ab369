package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lyceum.worlds.Relation.Sort;

/**
 * Reads the sentences that {@link Realiser} says in one language back into claims, whatever their case and accents. Names give way to their
 * kinds, the longest name first, and what is left is looked up among all phrasings with their alternatives written out; anything else is no
 * claim.
 */
public final class SentenceReader {
    private static final Pattern TOKEN = Pattern.compile("'s|[\\p{L}\\p{N}]+(?:-[\\p{L}]+)*|[^\\s\\p{L}\\p{N}]");
    private static final int LONGEST_NAME = 8;
    private static final int NOBODY = -1;
    /** Stands for a year in what dates a sentence. */
    private static final String SOME_YEAR = "0000";

    /** A phrasing with its alternatives chosen. */
    private record Form(Phrase phrase, List<String> slots, @Nullable Boolean now, @Nullable Gender subject, @Nullable Gender object) {
    }

    private record Bound(String skeleton, List<Integer> entities, List<String> rest) {
    }

    private final World world;
    private final Language language;
    private final Map<String, Integer> names;
    private final Map<String, List<Form>> forms;
    private final List<List<String>> wraps;
    private final List<List<String>> times;

    /** For sentences about {@code world} in {@code language}. Making one takes time in proportion to the world. */
    public SentenceReader(World world, Language language) {
        this.world = world;
        this.language = language;
        this.names = new HashMap<>();
        for (var article : List.of("", "^(the|an?|el|la) ")) { // names as they are go before names without their articles
            for (var entity : world.entities()) {
                for (var name : List.of(entity.english(), entity.spanish(), entity.spanishFeminine())) {
                    names.putIfAbsent(String.join(" ", tokens(name.replaceFirst(article, ""))), entity.id());
                }
            }
        }
        this.forms = forms(language);
        var book = Phrasebook.of(language);
        this.wraps = book.wraps().stream().map(f -> tokens(f.template().replace("*", ""))).toList();
        this.times = book.times().stream().map(f -> tokens(f.template().replace("*", "").replace("{y}", SOME_YEAR))).toList();
    }

    /** What the sentence claims, or nothing if it is none of ours. */
    public Optional<Claim> read(String sentence) {
        return read(sentence, NOBODY);
    }

    /** The same of a sentence in which a pronoun, or nothing, may stand for the entity of the id {@code antecedent}. */
    public Optional<Claim> read(String sentence, int antecedent) {
        var tokens = tokens(sentence);
        return tokens.isEmpty() ? Optional.empty() : claim(tokens, null, antecedent);
    }

    /** The entity that {@code text} names, in either language, with its article or without. */
    public Optional<Entity> entity(String text) {
        return Optional.ofNullable(names.get(String.join(" ", tokens(text)))).map(world::entity);
    }

    /**
     * What a text speaks of.
     *
     * @param entities that it names, by id, in order
     * @param rest its other words and marks
     */
    record Mentioned(List<Integer> entities, List<String> rest) {
    }

    /** Every name in {@code text}, whether it is a sentence of ours or not. */
    Mentioned mentioned(String text) {
        var bound = bind(tokens(text));
        return new Mentioned(bound.entities, bound.rest);
    }

    private Optional<Claim> claim(List<String> tokens, @Nullable Integer year, int antecedent) {
        var bound = bind(tokens);
        var readings = new ArrayList<Claim>();
        for (var form : forms.getOrDefault(bound.skeleton, List.of())) {
            read(form, bound.entities, year, antecedent).ifPresent(readings::add);
        }
        if (!readings.isEmpty()) {
            return Optional.of(readings.stream().filter(c -> !(c instanceof Claim.Holds holds) || holds.agrees()).findFirst()
                    .orElse(readings.getFirst()));
        }
        for (var wrap : wraps) {
            if (year == null && begins(tokens, wrap)) {
                return claim(tokens.subList(wrap.size(), tokens.size()), null, antecedent);
            }
        }
        for (var time : times) {
            if (year == null && begins(tokens, time) && tokens.get(time.indexOf(SOME_YEAR)).matches("\\d{4}")) {
                return claim(tokens.subList(time.size(), tokens.size()), Integer.valueOf(tokens.get(time.indexOf(SOME_YEAR))),
                        antecedent);
            }
        }
        return Optional.empty();
    }

    private static boolean begins(List<String> tokens, List<String> start) {
        if (tokens.size() <= start.size()) {
            return false;
        }
        for (int i = 0; i < start.size(); i++) {
            if (!start.get(i).equals(SOME_YEAR) && !start.get(i).equals(tokens.get(i))) {
                return false;
            }
        }
        return true;
    }

    private Optional<Claim> read(Form form, List<Integer> entities, @Nullable Integer year, int antecedent) {
        var bound = new HashMap<String, Integer>();
        for (int i = 0; i < entities.size(); i++) {
            var before = bound.putIfAbsent(form.slots.get(i), entities.get(i));
            if (before != null && !before.equals(entities.get(i))) {
                return Optional.empty();
            }
        }
        int subject = bound.getOrDefault("s", antecedent);
        var relation = form.phrase.relation();
        boolean nobody = form.phrase.number() < 0; // that there is nobody
        int object = bound.getOrDefault("o", nobody ? NOBODY : antecedent);
        if (subject == NOBODY || world.entity(subject).kind() != relation.subject()) {
            return Optional.empty();
        }
        if (nobody) {
            return Optional.of(new Claim.Nobody(relation, subject, form.object == null ? Gender.MASCULINE : form.object));
        }
        if (object == NOBODY || world.entity(object).kind() != relation.object()) {
            return Optional.empty();
        }
        boolean past = year != null && year != World.NOW;
        if (form.now != null && form.now == past || form.now == null && year != null) {
            return Optional.empty(); // the tense does not fit the date
        }
        int when = relation.sort() == Sort.EVENT ? world.number(bound.getOrDefault("y", -1)) : year == null ? World.NOW : year;
        boolean agrees = (form.subject == null || form.subject == world.entity(subject).gender())
                && (form.object == null || form.object == world.entity(object).gender());
        return Optional.of(new Claim.Holds(new Fact(relation, subject, object, when), agrees));
    }

    /** What a name gives way to: three tokens, as a phrasing's slot. */
    private static String tag(Kind kind) {
        return "‹ " + kind.name().toLowerCase(Locale.ROOT) + " ›";
    }

    private Bound bind(List<String> tokens) {
        var skeleton = new ArrayList<String>();
        var entities = new ArrayList<Integer>();
        var rest = new ArrayList<String>();
        for (int i = 0; i < tokens.size();) {
            int length = Math.min(LONGEST_NAME, tokens.size() - i);
            Integer id = null;
            for (; length > 0 && id == null; length--) {
                id = names.get(String.join(" ", tokens.subList(i, i + length)));
            }
            if (id == null) {
                skeleton.add(tokens.get(i));
                rest.add(tokens.get(i));
                i++;
            } else {
                skeleton.add(tag(world.entity(id).kind()));
                entities.add(id);
                i += length + 1;
            }
        }
        return new Bound(String.join(" ", skeleton), entities, rest);
    }

    private List<String> tokens(String text) {
        var tokens = new ArrayList<String>();
        TOKEN.matcher(FreeAnswer.plain(text)).results().forEach(match -> {
            var token = match.group();
            switch (language == Language.ES ? token : "") {
                case "del" -> tokens.addAll(List.of("de", "el"));
                case "al" -> tokens.addAll(List.of("a", "el"));
                case "e" -> tokens.add("y");
                default -> tokens.add(token);
            }
        });
        return tokens;
    }

    private Map<String, List<Form>> forms(Language language) {
        var forms = new HashMap<String, List<Form>>();
        var book = Phrasebook.of(language);
        for (var relation : Relation.values()) {
            for (var phrase : book.of(relation)) {
                variants(phrase, forms);
                Pronouns.forSubject(phrase, language).ifPresent(goingOn -> variants(goingOn, forms));
                Pronouns.forObject(phrase, language).ifPresent(goingOn -> variants(goingOn, forms));
            }
            if (relation.kinship()) {
                variants(book.none(relation), forms);
            }
        }
        return forms;
    }

    /** Every choice of tense, genders, and language of the kinship noun. */
    private void variants(Phrase phrase, Map<String, List<Form>> forms) {
        var seen = new HashMap<String, Set<List<Gender>>>();
        var made = new HashMap<String, Form>();
        for (boolean now : new boolean[]{true, false}) {
            for (var subject : Gender.values()) {
                for (var object : Gender.values()) {
                    for (var nouns : Language.values()) {
                        var slots = new ArrayList<String>();
                        var text = phrase.fill(now, subject, object, slot -> slot(phrase.relation(), slot, nouns, object, slots));
                        var key = String.join(" ", tokens(text));
                        seen.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(List.of(subject, object));
                        made.putIfAbsent(key, new Form(phrase, List.copyOf(slots), phrase.tensed() ? now : null, null, null));
                    }
                }
            }
        }
        made.forEach((key, form) -> {
            // A gender is asked for where every pair of genders that makes these words has it.
            var pairs = seen.getOrDefault(key, Set.of());
            forms.computeIfAbsent(key, _ -> new ArrayList<>())
                    .add(new Form(form.phrase, form.slots, form.now, common(pairs, 0), common(pairs, 1)));
        });
    }

    private static @Nullable Gender common(Set<List<Gender>> pairs, int side) {
        var genders = Arrays.stream(Gender.values()).filter(g -> pairs.stream().anyMatch(p -> p.get(side) == g)).toList();
        return genders.size() == 1 ? genders.getFirst() : null;
    }

    private static String slot(Relation relation, String slot, Language nouns, Gender object, List<String> slots) {
        return switch (slot) {
            case "role" -> Kin.of(relation).noun(nouns, object);
            case "a role" -> Kin.withArticle(Kin.of(relation).noun(nouns, object));
            default -> {
                slots.add(slot);
                yield tag(slot.equals("s") ? relation.subject() : slot.equals("o") ? relation.object() : Kind.YEAR);
            }
        };
    }
}
