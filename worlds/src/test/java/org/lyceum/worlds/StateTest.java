package org.lyceum.worlds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.lyceum.foundation.UserError;
import org.lyceum.worlds.Relation.Sort;

class StateTest {
    @Property(tries = 15)
    void derivesWhatForwardChainingDerives(@ForAll long seed, @ForAll @IntRange(min = 4, max = 36) int people,
            @ForAll @IntRange(min = 1930, max = 2000) int year) {
        var world = World.of(seed, people);
        assertThat(world.at(year).facts()).isEqualTo(SlowWorld.at(world, year));
    }

    @Property(tries = 10)
    void everyFactHasAProofThatTheRulesBear(@ForAll long seed, @ForAll @IntRange(min = 4, max = 40) int people) {
        var world = World.of(seed, people);
        var given = new HashSet<>(world.given());
        for (var fact : world.truths()) {
            check(world, world.prove(fact).orElseThrow(), given);
        }
    }

    private static void check(World world, Proof proof, Set<Fact> given) {
        switch (proof) {
            case Proof.Given leaf when leaf.fact().relation().sort() == Sort.EVENT -> assertThat(given).contains(leaf.fact());
            case Proof.Given leaf -> assertThat(given).anyMatch(f -> f.relation() == leaf.fact().relation()
                    && f.subject() == leaf.fact().subject() && f.object() == leaf.fact().object());
            case Proof.Persists persists -> {
                assertThat(given).contains(persists.event());
                assertThat(persists.event().relation().begins()).isEqualTo(persists.fact().relation());
            }
            case Proof.Follows follows -> {
                assertThat(follows.rule().head()).isEqualTo(follows.fact().relation());
                int births = follows.rule().guard() == Rule.Guard.OBJECT_BORN_EARLIER ? 2 : 0;
                assertThat(follows.premises()).hasSize(follows.rule().path().size() + births);
                int at = follows.fact().subject();
                for (int i = 0; i < follows.rule().path().size(); i++) {
                    var premise = follows.premises().get(i).fact();
                    boolean back = follows.rule().path().get(i).backwards();
                    assertThat(back ? premise.object() : premise.subject()).isEqualTo(at);
                    at = back ? premise.subject() : premise.object();
                    check(world, follows.premises().get(i), given);
                }
                assertThat(at).isEqualTo(follows.fact().object());
            }
        }
    }

    @Test
    void theSameSeedMakesTheSameWorldAndAnotherSeedAnother() {
        var world = World.of(3, 50);
        assertThat(World.of(3, 50).entities()).isEqualTo(world.entities());
        assertThat(World.of(3, 50).given()).isEqualTo(world.given());
        assertThat(World.of(4, 50).entities()).isNotEqualTo(world.entities());
    }

    @Test
    void namesTellEverythingApart() {
        for (int people : new int[]{10, 80, 2000}) {
            var world = World.of(9, people);
            var years = world.entities(Kind.YEAR).size();
            assertThat(world.entities(Kind.PERSON)).hasSizeGreaterThanOrEqualTo(people);
            assertThat(world.entities().stream().map(Entity::english).distinct().count()).isEqualTo(world.entities().size());
            assertThat(world.entities().stream().map(Entity::spanish).distinct().count()).isEqualTo(world.entities().size());
            assertThat(world.number(years - 1)).isEqualTo(World.NOW);
        }
    }

    @Test
    void aThingIsWhereItsCarrierLivesAndStaysWhereItWasPut() {
        var small = World.of(1, 8);
        int thing = small.entities(Kind.THING).getFirst().id();
        int person = small.entities(Kind.PERSON).getFirst().id();
        int town = small.entities(Kind.TOWN).getFirst().id();
        int far = small.entities(Kind.TOWN).getLast().id();
        int building = small.entities(Kind.BUILDING).getFirst().id();
        var world = small
                .knowingOnly(List.of(new Fact(Relation.MOVED_TO, person, town, 1950), new Fact(Relation.TAKEN_BY, thing, person, 1960),
                        new Fact(Relation.BUILDING_IN, building, town, 0), new Fact(Relation.PUT_IN, thing, building, 1970),
                        new Fact(Relation.MOVED_TO, person, far, 1980)));
        assertThat(world.at(1959).objects(Relation.THING_IN_TOWN, thing)).isEmpty();
        assertThat(world.at(1965).prove(Relation.THING_IN_TOWN, thing, town).orElseThrow().leaves())
                .containsExactly(new Fact(Relation.TAKEN_BY, thing, person, 1960), new Fact(Relation.MOVED_TO, person, town, 1950));
        assertThat(world.at(1990).objects(Relation.CARRIED_BY, thing)).isEmpty();
        assertThat(world.at(1990).objects(Relation.THING_IN_TOWN, thing)).containsExactly(town);
        assertThat(world.at(1990).objects(Relation.LIVES_IN, person)).containsExactly(far);
    }

    @Test
    void anEditChangesWhatFollowsAndNothingElse() {
        var world = World.of(5, 30);
        var child = world.given().stream().filter(f -> f.relation() == Relation.PARENT).findFirst().orElseThrow();
        var edited = world.edited(f -> f.equals(child) ? java.util.Optional.empty() : java.util.Optional.of(f));
        assertThat(edited.now().holds(Relation.PARENT, child.subject(), child.object())).isFalse();
        assertThat(edited.now().facts()).isEqualTo(SlowWorld.at(edited, World.NOW));
        assertThat(world.now().holds(Relation.PARENT, child.subject(), child.object())).isTrue();
    }

    @Test
    void whatIsToldOfAStateOrAConsequenceIsKnown() {
        var world = World.of(5, 30);
        int a = world.entities(Kind.PERSON).get(0).id();
        int b = world.entities(Kind.PERSON).get(1).id();
        var told = world.knowingOnly(List.of(new Fact(Relation.COUSIN, a, b, World.NOW),
                new Fact(Relation.LIVES_IN, b, world.entities(Kind.TOWN).getFirst().id(), 1990)));
        assertThat(told.now().prove(Relation.COUSIN, a, b)).hasValueSatisfying(proof -> assertThat(proof).isInstanceOf(Proof.Given.class));
        assertThat(told.now().objects(Relation.LIVES_IN, b)).hasSize(1);
    }

    @Test
    void aWorldForNobodyIsRefused() {
        assertThatThrownBy(() -> World.of(1, 3)).isInstanceOf(UserError.class).hasMessage("A world has from 4 to 10000000 people, not 3.");
    }
}
