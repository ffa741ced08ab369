package org.lyceum.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A room may import only rooms on lower floors (docs/architecture.md). */
class FloorsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("org.lyceum");

    @Test
    void roomsImportOnlyRoomsBelow() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("foundation").definedBy("org.lyceum.foundation..")
                .layer("tensor").definedBy("org.lyceum.tensor..")
                .layer("text").definedBy("org.lyceum.text..")
                .layer("worlds").definedBy("org.lyceum.worlds..")
                .layer("models").definedBy("org.lyceum.models..")
                .optionalLayer("inference").definedBy("org.lyceum.inference..")
                .optionalLayer("training").definedBy("org.lyceum.training..")
                .layer("server").definedBy("org.lyceum.server..")
                .layer("study").definedBy("org.lyceum.study..")
                .layer("app").definedBy("org.lyceum.app..")
                .whereLayer("app").mayNotBeAccessedByAnyLayer()
                .whereLayer("server").mayOnlyBeAccessedByLayers("app")
                .whereLayer("study").mayOnlyBeAccessedByLayers("app")
                .whereLayer("training").mayOnlyBeAccessedByLayers("server", "study", "app")
                .whereLayer("inference").mayOnlyBeAccessedByLayers("server", "study", "app")
                .whereLayer("models").mayOnlyBeAccessedByLayers("inference", "training", "server", "study", "app")
                .whereLayer("text").mayOnlyBeAccessedByLayers("inference", "training", "server", "study", "app")
                .whereLayer("worlds").mayOnlyBeAccessedByLayers("study", "app")
                .whereLayer("tensor").mayOnlyBeAccessedByLayers("models", "inference", "training", "server", "study", "app")
                .check(CLASSES);
    }

    @Test
    void onlyTensorKnowsLibtorch() {
        noClasses().that().resideOutsideOfPackage("org.lyceum.tensor..").should().dependOnClassesThat().resideInAPackage("org.bytedeco..")
                .check(CLASSES);
    }
}
