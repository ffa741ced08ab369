package org.lyceum.worlds;

import java.util.List;

/** The words that worlds are furnished with, in both languages. */
public final class Lexicon {
    /** A noun: {@code lamp}, {@code lámpara}. */
    public record Noun(String english, String spanish, Gender gender) {
        private static Noun m(String english, String spanish) {
            return new Noun(english, spanish, Gender.MASCULINE);
        }

        private static Noun f(String english, String spanish) {
            return new Noun(english, spanish, Gender.FEMININE);
        }

        /** The Spanish article: {@code el}, {@code la}. */
        public String article() {
            return gender == Gender.MASCULINE ? "el" : "la";
        }
    }

    /** A colour: {@code red}, {@code rojo}, {@code roja}. */
    public record Colour(String english, String masculine, String feminine) {
        /** In Spanish, of a noun of that gender. */
        public String spanish(Gender gender) {
            return gender == Gender.MASCULINE ? masculine : feminine;
        }
    }

    /** What a thing is made of: {@code wooden}, {@code de madera}. */
    record Material(String english, String spanish) {
    }

    /** A job: {@code baker}, {@code panadero}, {@code panadera}. */
    record Job(String english, String masculine, String feminine) {
        String withArticle() {
            return ("aeiou".indexOf(english.charAt(0)) < 0 ? "a " : "an ") + english;
        }
    }

    /** Men's names. */
    public static final List<String> MEN = List.of("Adam", "Adrián", "Alberto", "Andrés", "Antonio", "Arturo", "Benjamín", "Bernardo",
            "Bruno",
            "Carlos",
            "Claudio", "Conrad", "Damián", "Daniel", "David", "Diego", "Eduardo", "Emilio", "Ernesto", "Esteban", "Felipe", "Fernando",
            "Francisco",
            "Gabriel", "Gregorio", "Guillermo", "Gustavo", "Henry", "Hugo", "Ignacio", "Jaime", "Javier", "Jorge", "Juan", "Julio", "Leo",
            "Lorenzo",
            "Luis", "Manuel", "Marco", "Martín", "Mateo", "Miguel", "Nicolás", "Óscar", "Pablo", "Pedro", "Rafael", "Ramón", "Ricardo",
            "Roberto",
            "Rodrigo", "Samuel", "Santiago", "Sergio", "Simón", "Tomás", "Víctor", "Vicente", "Walter");
    /** Women's names. */
    public static final List<String> WOMEN = List.of("Ada", "Adela", "Alba", "Alicia", "Amanda", "Ana", "Andrea", "Aurora", "Beatriz",
            "Berta",
            "Blanca",
            "Camila", "Carla", "Carmen", "Carolina", "Cecilia", "Clara", "Claudia", "Cristina", "Daniela", "Diana", "Elena", "Elisa",
            "Emilia", "Emma",
            "Estela", "Eva", "Flora", "Gloria", "Helena", "Inés", "Irene", "Isabel", "Julia", "Laura", "Lidia", "Lola", "Lucía", "Luisa",
            "Manuela",
            "María", "Marta", "Matilde", "Mónica", "Natalia", "Nora", "Olga", "Olivia", "Patricia", "Paula", "Raquel", "Rebeca", "Rosa",
            "Sara",
            "Silvia", "Sofía", "Susana", "Teresa", "Valeria", "Verónica");

    /** What can be carried. */
    public static final List<Noun> THINGS = List.of(Noun.f("lamp", "lámpara"), Noun.m("book", "libro"), Noun.f("key", "llave"),
            Noun.m("clock", "reloj"),
            Noun.m("mirror", "espejo"), Noun.f("box", "caja"), Noun.m("violin", "violín"), Noun.m("umbrella", "paraguas"),
            Noun.m("map", "mapa"),
            Noun.f("chair", "silla"), Noun.m("ring", "anillo"), Noun.m("coat", "abrigo"), Noun.m("knife", "cuchillo"),
            Noun.f("cup", "taza"),
            Noun.m("drum", "tambor"), Noun.f("flag", "bandera"), Noun.f("basket", "cesta"), Noun.f("bottle", "botella"),
            Noun.m("hat", "sombrero"),
            Noun.f("guitar", "guitarra"), Noun.f("spoon", "cuchara"), Noun.f("rope", "cuerda"), Noun.f("statue", "estatua"),
            Noun.f("coin", "moneda"), Noun.f("bell", "campana"), Noun.f("candle", "vela"), Noun.f("pillow", "almohada"),
            Noun.f("blanket", "manta"),
            Noun.m("bucket", "cubo"), Noun.m("comb", "peine"));
    /** What tells two things of a kind apart. */
    public static final List<Colour> COLOURS = List.of(new Colour("red", "rojo", "roja"), new Colour("white", "blanco", "blanca"),
            new Colour("black", "negro", "negra"), new Colour("yellow", "amarillo", "amarilla"), new Colour("green", "verde", "verde"),
            new Colour("blue", "azul", "azul"), new Colour("grey", "gris", "gris"), new Colour("purple", "morado", "morada"),
            new Colour("brown", "marrón", "marrón"), new Colour("golden", "dorado", "dorada"));
    static final List<Material> MATERIALS = List.of(new Material("wooden", "de madera"), new Material("metal", "de metal"),
            new Material("glass", "de cristal"), new Material("stone", "de piedra"), new Material("plastic", "de plástico"),
            new Material("clay", "de barro"), new Material("silver", "de plata"));
    static final List<Noun> BUILDINGS = List.of(Noun.m("hospital", "hospital"), Noun.f("school", "escuela"),
            Noun.f("library", "biblioteca"),
            Noun.m("museum", "museo"), Noun.m("bank", "banco"), Noun.m("theatre", "teatro"), Noun.f("station", "estación"),
            Noun.f("factory", "fábrica"), Noun.m("market", "mercado"), Noun.m("hotel", "hotel"), Noun.m("mill", "molino"),
            Noun.f("pharmacy", "farmacia"));
    static final List<Job> JOBS = List.of(new Job("baker", "panadero", "panadera"), new Job("doctor", "médico", "médica"),
            new Job("teacher", "maestro", "maestra"), new Job("lawyer", "abogado", "abogada"), new Job("cook", "cocinero", "cocinera"),
            new Job("nurse", "enfermero", "enfermera"), new Job("carpenter", "carpintero", "carpintera"),
            new Job("gardener", "jardinero", "jardinera"), new Job("painter", "pintor", "pintora"),
            new Job("driver", "conductor", "conductora"),
            new Job("engineer", "ingeniero", "ingeniera"), new Job("writer", "escritor", "escritora"),
            new Job("singer", "cantante", "cantante"),
            new Job("journalist", "periodista", "periodista"), new Job("dentist", "dentista", "dentista"),
            new Job("farmer", "granjero", "granjera"), new Job("librarian", "bibliotecario", "bibliotecaria"),
            new Job("photographer", "fotógrafo", "fotógrafa"), new Job("plumber", "fontanero", "fontanera"),
            new Job("architect", "arquitecto", "arquitecta"));

    private Lexicon() {
    }
}
