package org.lyceum.worlds;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.Seeds;

/**
 * Makes a world: places first, then people, generation by generation, with their marriages and births, then each person's moves and jobs, then
 * things that are bought, taken along and put down.
 */
final class WorldMaker {
    private static final int ADULT = 18;
    private final long seed;
    private final int people;
    private final Names names;
    private final List<Entity> entities = new ArrayList<>();
    private final List<Fact> given = new ArrayList<>();
    private final List<Integer> towns = new ArrayList<>();
    private final List<Integer> buildings = new ArrayList<>();
    private final List<Integer> jobs = new ArrayList<>();
    private final Map<Integer, Life> lives = new HashMap<>();
    private final Map<Integer, List<Integer>> buildingsOf = new HashMap<>();

    /** Somebody who has been born so far. */
    private static final class Life {
        final int id;
        final int born;
        final @Nullable Life mother;
        final Gender gender;
        int town;
        int free; // the first year in which the person may marry or move again

        Life(int id, int born, Gender gender, @Nullable Life mother, int town) {
            this.id = id;
            this.born = born;
            this.gender = gender;
            this.mother = mother;
            this.town = town;
            this.free = born + ADULT;
        }
    }

    WorldMaker(long seed, int people) {
        this.seed = seed;
        this.people = people;
        this.names = new Names(seed, people);
    }

    World make() {
        for (int year = World.YEAR_ZERO; year <= World.NOW; year++) {
            var number = String.valueOf(year);
            add(Kind.YEAR, Gender.MASCULINE, number, number, number);
        }
        places();
        for (var job : Lexicon.JOBS) {
            jobs.add(add(Kind.JOB, Gender.MASCULINE, job.withArticle(), job.masculine(), job.feminine()));
        }
        families();
        lives.values().stream().sorted(Comparator.comparingInt(life -> life.id)).forEach(this::work);
        things();
        return new World(seed, entities, given);
    }

    private int add(Kind kind, Gender gender, String english, String spanish, String feminine) {
        entities.add(new Entity(entities.size(), kind, gender, english, spanish, feminine));
        return entities.size() - 1;
    }

    private void give(Relation relation, int subject, int object, int year) {
        given.add(new Fact(relation, subject, object, year));
    }

    private void places() {
        var random = Seeds.generator(seed, "worlds: places", 0);
        int count = Math.max(3, people / 25);
        int countries = Math.max(2, count / 8);
        var countryIds = new ArrayList<Integer>();
        for (int i = 0; i < countries; i++) {
            var name = names.country();
            countryIds.add(add(Kind.COUNTRY, Gender.FEMININE, name, name, name));
        }
        for (int i = 0; i < count; i++) {
            var name = names.town();
            int town = add(Kind.TOWN, Gender.FEMININE, name, name, name);
            towns.add(town);
            give(Relation.TOWN_IN, town, countryIds.get(i < countries ? i : random.nextInt(countries)), 0);
        }
        for (int i = 0; i < Math.max(4, people / 5); i++) {
            var noun = Lexicon.BUILDINGS.get(random.nextInt(Lexicon.BUILDINGS.size()));
            var name = names.building();
            var spanish = noun.article() + " " + noun.spanish() + " " + name;
            int building = add(Kind.BUILDING, noun.gender(), "the " + name + " " + noun.english(), spanish, spanish);
            int town = towns.get(i < count ? i : random.nextInt(count));
            buildings.add(building);
            buildingsOf.computeIfAbsent(town, _ -> new ArrayList<>()).add(building);
            give(Relation.BUILDING_IN, building, town, 0);
        }
    }

    private Life born(int year, Gender gender, @Nullable Life mother, @Nullable Life father, int town) {
        var name = names.person(gender);
        int id = add(Kind.PERSON, gender, name, name, name);
        var life = new Life(id, year, gender, mother, town);
        lives.put(id, life);
        give(Relation.BORN_IN, id, town, year);
        give(Relation.BORN_IN_YEAR, id, year - World.YEAR_ZERO, year);
        if (mother != null && father != null) {
            give(Relation.PARENT, id, mother.id, year);
            give(Relation.PARENT, id, father.id, year);
        }
        return life;
    }

    /** Founders and their descendants, and again with new founders until there are people enough. */
    private void families() {
        var random = Seeds.generator(seed, "worlds: families", 0);
        while (lives.size() < people) {
            var generation = new ArrayList<Life>();
            int founders = Math.min(people - lives.size(), Math.max(4, (people - lives.size()) / 7));
            for (int i = 0; i < founders; i++) {
                var gender = i % 2 == 0 ? Gender.FEMININE : Gender.MASCULINE;
                generation.add(born(World.FIRST_YEAR + random.nextInt(10), gender, null, null, anyTown(random)));
            }
            while (lives.size() < people && !generation.isEmpty()) {
                generation = children(random, generation);
            }
        }
    }

    private List<Life> shuffled(RandomGenerator random, List<Life> people, Gender gender) {
        var some = new ArrayList<>(people.stream().filter(life -> life.gender == gender).toList());
        Collections.shuffle(some, Random.from(random));
        return some;
    }

    private ArrayList<Life> children(RandomGenerator random, List<Life> generation) {
        var next = new ArrayList<Life>();
        var women = shuffled(random, generation, Gender.FEMININE);
        var men = shuffled(random, generation, Gender.MASCULINE);
        newcomers(random, women, men, Gender.MASCULINE);
        newcomers(random, men, women, Gender.FEMININE);
        for (int i = 0; i < Math.min(women.size(), men.size()); i++) {
            var woman = women.get(i);
            var man = men.get(i);
            if (woman.mother != null && woman.mother == man.mother) {
                continue; // siblings do not marry
            }
            int year = Math.max(woman.born, man.born) + 20 + random.nextInt(5);
            if (year > World.NOW || Math.abs(woman.born - man.born) > 16) {
                continue;
            }
            marry(woman, man, year);
            int birth = year;
            int kids = 2 + random.nextInt(4);
            for (int child = 0; child < kids; child++) {
                birth += 1 + random.nextInt(3);
                if (birth > World.NOW || lives.size() >= people) {
                    break;
                }
                var gender = random.nextBoolean() ? Gender.FEMININE : Gender.MASCULINE;
                next.add(born(birth, gender, woman, man, woman.town));
            }
            woman.free = birth + 1;
            man.free = birth + 1;
        }
        return next;
    }

    /** People without family, of the age of {@code many}, until {@code few} are nearly as many. */
    private void newcomers(RandomGenerator random, List<Life> many, List<Life> few, Gender gender) {
        while (few.size() < many.size() * 3 / 4 && lives.size() < people) {
            int year = Math.max(World.FIRST_YEAR, many.get(few.size()).born - 3 + random.nextInt(6));
            few.add(born(Math.min(World.NOW, year), gender, null, null, anyTown(random)));
        }
    }

    /** Both marry, and live where the woman lives. */
    private void marry(Life woman, Life man, int year) {
        give(Relation.MARRIED, woman.id, man.id, year);
        give(Relation.MARRIED, man.id, woman.id, year);
        if (man.town != woman.town) {
            give(Relation.MOVED_TO, man.id, woman.town, year);
            man.town = woman.town;
        }
    }

    private int anyTown(RandomGenerator random) {
        return towns.get(random.nextInt(towns.size()));
    }

    /** A person's moves and jobs, once the children are born. */
    private void work(Life life) {
        var random = Seeds.generator(seed, "worlds: work", life.id);
        int year = life.born + ADULT + random.nextInt(8);
        int lastJob = -1;
        int lastPlace = -1;
        int moved = life.free;
        for (int change = 0; change < 3 && year <= World.NOW; change++) {
            if (random.nextInt(3) == 0 && year > moved) {
                int town = anyTown(random);
                if (town != life.town) {
                    give(Relation.MOVED_TO, life.id, town, year);
                    life.town = town;
                    moved = year;
                }
            }
            int job = jobs.get(random.nextInt(jobs.size()));
            if (job != lastJob) {
                give(Relation.BECAME, life.id, job, year);
                lastJob = job;
            }
            var near = buildingsOf.getOrDefault(life.town, buildings);
            int place = near.get(random.nextInt(near.size()));
            if (place != lastPlace) {
                give(Relation.HIRED_AT, life.id, place, year);
                lastPlace = place;
            }
            year += 3 + random.nextInt(12);
        }
    }

    /** As many things as people: each is bought once or twice, and taken and put down a few times. */
    private void things() {
        var adults = lives.values().stream().filter(life -> life.born + ADULT <= World.NOW - 2).sorted(Comparator.comparingInt(l -> l.id))
                .toList();
        for (int i = 0; i < people; i++) {
            var random = Seeds.generator(seed, "worlds: things", i);
            var name = names.thing(random);
            int thing = add(Kind.THING, name.gender(), name.english(), name.spanish(), name.spanish());
            var owner = adults.get(random.nextInt(adults.size()));
            int year = owner.born + ADULT + random.nextInt(Math.max(1, World.NOW - 1 - owner.born - ADULT));
            give(Relation.BOUGHT_BY, thing, owner.id, year);
            give(Relation.TAKEN_BY, thing, owner.id, year);
            int holder = owner.id;
            int changes = random.nextInt(5);
            for (int change = 0; change < changes; change++) {
                year += 1 + random.nextInt(6);
                if (year > World.NOW) {
                    break;
                }
                if (holder >= 0 && random.nextBoolean()) {
                    give(Relation.PUT_IN, thing, buildings.get(random.nextInt(buildings.size())), year);
                    holder = -1;
                    continue;
                }
                var next = adults.get(random.nextInt(adults.size()));
                if (next.id == holder || next.born + ADULT > year) {
                    continue;
                }
                give(Relation.TAKEN_BY, thing, next.id, year);
                holder = next.id;
                if (next.id != owner.id && random.nextInt(3) == 0) {
                    give(Relation.BOUGHT_BY, thing, next.id, year);
                    owner = next;
                }
            }
        }
    }
}
