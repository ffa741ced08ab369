package org.lyceum.langchain4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The room stands on {@code inference} and what is below it (docs/architecture.md); {@code app}, whose test holds the floors, cannot see it. */
class FloorTest {
    @Test
    void knowsNeitherTrainingNorServingNorLibtorch() {
        var classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.lyceum.langchain4j");
        noClasses().should().dependOnClassesThat()
                .resideInAnyPackage("org.lyceum.training..", "org.lyceum.server..", "org.lyceum.app..", "org.bytedeco..").check(classes);
    }
}
