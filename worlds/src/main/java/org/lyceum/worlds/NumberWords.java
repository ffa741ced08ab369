package org.lyceum.worlds;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Numbers below two hundred in words, without accents: {@code twenty-one}, {@code ciento treinta y dos}. */
final class NumberWords {
    private static final List<String> ENGLISH = List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
            "ten",
            "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen");
    private static final List<String> ENGLISH_TENS = List.of("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
            "ninety");
    private static final List<String> SPANISH = List.of("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve",
            "diez",
            "once", "doce", "trece", "catorce", "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno",
            "veintidos", "veintitres", "veinticuatro", "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve");
    private static final List<String> SPANISH_TENS = List.of("", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta",
            "ochenta",
            "noventa");
    private static final Map<String, Integer> NUMBERS = new HashMap<>();
    static {
        for (int n = 0; n < 200; n++) {
            NUMBERS.put(words(n, Language.EN), n);
            NUMBERS.put(words(n, Language.EN).replace('-', ' '), n);
            NUMBERS.put(words(n, Language.ES), n);
        }
        NUMBERS.put("a hundred", 100);
    }
    /** The most words that a number has: a hundred and twenty one. */
    static final int LONGEST = 5;

    private NumberWords() {
    }

    /** The number in words. */
    static String words(int n, Language language) {
        if (n >= 100) {
            int rest = n - 100;
            return language == Language.EN
                    ? "one hundred" + (rest == 0 ? "" : " and " + words(rest, language))
                    : rest == 0 ? "cien" : "ciento " + words(rest, language);
        }
        var small = language == Language.EN ? ENGLISH : SPANISH;
        if (n < small.size()) {
            return small.get(n);
        }
        var tens = (language == Language.EN ? ENGLISH_TENS : SPANISH_TENS).get(n / 10);
        return n % 10 == 0 ? tens : tens + (language == Language.EN ? "-" : " y ") + small.get(n % 10);
    }

    /** The number that {@code words}, in digits or in words of either language, says. */
    static Optional<Integer> read(String words) {
        return words.matches("-?\\d{1,9}")
                ? Optional.of(Integer.valueOf(words))
                : Optional.ofNullable(NUMBERS.get(words));
    }
}
