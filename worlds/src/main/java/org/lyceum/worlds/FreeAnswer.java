package org.lyceum.worlds;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * An answer in somebody's own words, taken apart: what leads up to it, whether it abstains or denies, the numbers and the names in it, and
 * whether its other words are no more than those of the question and such as say nothing by themselves.
 */
final class FreeAnswer {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+(?:-[\\p{L}]+)*");
    private static final Pattern ABSTAINS = Pattern
            .compile("\\b(i do not know|i don't know|it is not known|it's not known|not enough information"
                    + "|cannot be known|can't be known|cannot know|does not say|doesn't say|do not say|don't say|unknown|no lo se|no se sabe"
                    + "|no hay informacion|no hay suficiente informacion|no lo dicen?|no se puede saber|desconocido|se desconoce)\\b");
    /** Said by who does not know, and also by who then says something after all. */
    private static final Pattern DOUBTS = Pattern
            .compile("\\b(not sure|no idea|can't tell|cannot tell|can't say|cannot say|hard to say|not mentioned"
                    + "|isn't mentioned|not stated|isn't stated|not given|no estoy segur[oa]|ni idea|no se menciona|no consta|no aparece|no puedo saber"
                    + "|no puedo decir)\\b");
    private static final Pattern DENIES = Pattern
            .compile("\\b(not|no|never|nobody|none|nunca|jamas|nadie|ningun|ninguna|tampoco)\\b|n't\\b");
    /** Said to what was asked or claimed before, not to what follows: "No, it is Malay". */
    private static final Pattern CONTRADICTS = Pattern.compile("^(?:(?:well|so|oh|pues|bueno|ah),? +)?no *[,.;:!–—-]+ *(?=[^\\s])");
    private static final Pattern LEAD = Pattern
            .compile("^(?:(?:well|so|yes|ok|okay|hm+|pues|bueno|si)[,.:!]? +|no *[,;:!–—-]+ *|(?:the )?answer(?: is)?:? +|(?:la )?"
                    + "respuesta(?: es)?:? +|(?:probably|maybe|perhaps|most likely|certainly|surely|probablemente|quizas?|tal vez|seguramente),? +"
                    + "|(?:i|we) (?:think|believe|guess|suppose|would say|am sure|am fairly sure|am quite sure)(?: that)?,? +|i'd say(?: that)?,? +"
                    + "|i'm (?:fairly |quite |pretty )?sure(?: that)?,? +|(?:creo|pienso|supongo|diria|estoy segur[oa] de) que,? +"
                    + "|according to the (?:text|sources?),? +|segun (?:el texto|las? fuentes?),? +|as far as i know,? +|que yo sepa,? +)");
    private static final Set<String> LIGHT = Set
            .of(("i think believe guess suppose say would d ll m s it is was be am are were the a an that this he"
                    + " she they him her his its in at to by with as of from for on answer probably maybe perhaps likely most certainly definitely surely"
                    + " well so yes ok okay according text source sources called named name there here right now currently must should might may could can"
                    + " place sure fairly pretty quite just but does do did has have not no never t isn doesn don wasn"
                    + " yo creo pienso supongo diria seria que es era esta estaba fue el la lo los las un una le se su sus en de con por como para y"
                    + " respuesta probablemente quiza quizas tal vez seguramente seguro segura segun texto fuente fuentes llama llamado llamada nombre alli"
                    + " ahi ahora actualmente debe ser puede si pues pero estoy bueno sin duda trata ella del al nunca tiene").split(" "));

    private final String text;

    FreeAnswer(String answer) {
        text = plain(answer);
    }

    /** In lower case, without accents, quotation marks and marks of emphasis, apostrophes straight. */
    static String plain(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "").toLowerCase(Locale.ROOT).replace('’', '\'')
                .replaceAll("[\"“”«»*_`¿¡]", "").replaceAll("\\s+", " ").strip();
    }

    /** Whether it says that the answer is not known. */
    boolean abstains() {
        return ABSTAINS.matcher(text).find();
    }

    /** Whether it says so unless it goes on to say something. */
    boolean doubts() {
        return DOUBTS.matcher(text).find();
    }

    /** Whether there is a word of denial in it, that of a doubt not counted, nor a no that a comma or a stop parts from the rest. */
    boolean denies() {
        return DENIES.matcher(DOUBTS.matcher(CONTRADICTS.matcher(text).replaceFirst("")).replaceAll("")).find();
    }

    /** Its sentences, each ending in a full stop, as they are and without what leads up to them. */
    List<List<String>> sentences() {
        var sentences = new ArrayList<List<String>>();
        for (var part : text.split("(?<=[.!?;])\\s+|\n")) {
            var sentence = stopped(part);
            var ways = new ArrayList<>(List.of(sentence));
            for (var match = LEAD.matcher(sentence); match.find(); match = LEAD.matcher(sentence)) {
                sentence = sentence.substring(match.end());
                ways.add(sentence);
            }
            sentences.add(ways);
        }
        return sentences;
    }

    private static String stopped(String sentence) {
        return sentence.strip().replaceFirst("[\\s.!?;]+$", "") + ".";
    }

    /** The whole without what leads up to it and without its last mark. */
    String bare() {
        return sentences().size() == 1 ? sentences().getFirst().getLast().replaceFirst("\\.$", "") : text;
    }

    /** The last number in it that {@code question} does not have, or the last. */
    Optional<Integer> number(String question) {
        var asked = numbers(plain(question));
        var said = numbers(text);
        var own = said.stream().filter(n -> !asked.contains(n)).toList();
        return own.isEmpty() ? said.reversed().stream().findFirst() : Optional.of(own.getLast());
    }

    private static List<Integer> numbers(String text) {
        var words = words(text);
        var numbers = new ArrayList<Integer>();
        for (int i = 0; i < words.size();) {
            int from = i;
            int length = IntStream.iterate(Math.min(NumberWords.LONGEST, words.size() - from), n -> n > 0, n -> n - 1)
                    .filter(n -> NumberWords.read(String.join(" ", words.subList(from, from + n))).isPresent()).findFirst().orElse(0);
            if (length > 0) {
                numbers.add(NumberWords.read(String.join(" ", words.subList(from, from + length))).orElseThrow());
            }
            i += Math.max(1, length);
        }
        return numbers;
    }

    private static List<String> words(String text) {
        return WORD.matcher(text).results().map(match -> match.group()).toList();
    }

    /** Whether all of {@code words} are in the question, in the form that an answer has, or say nothing by themselves. */
    static boolean addsNothing(List<String> words, String question) {
        var known = new HashSet<String>();
        for (var word : words(plain(question))) {
            known.add(word);
            known.add(word + "s");
            known.add(word + "es");
            if (question.contains(" did ") || question.contains(" was ")) {
                known.add(word + "d");
                known.add(word + "ed");
            }
        }
        return words.stream().filter(word -> WORD.matcher(word).matches()).allMatch(word -> LIGHT.contains(word) || known.contains(word));
    }
}
