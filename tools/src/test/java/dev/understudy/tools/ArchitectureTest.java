package dev.understudy.tools;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.understudy.types.line.EngineLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The house's walls: which room may know which (docs/layout.md). */
final class ArchitectureTest {
  private static final String ROOT = "dev.understudy";
  private static JavaClasses house;

  @BeforeAll
  static void importHouse() {
    house =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
    assertThat(house.size()).isGreaterThan(200);
  }

  @Test
  void modulesPointOneWay() {
    final List<String> order = List.of("types", "storage", "handoff", "shim", "tools");
    for (int i = 0; i < order.size(); i++) {
      for (int j = i + 1; j < order.size(); j++) {
        noClasses()
            .that()
            .resideInAPackage(ROOT + "." + order.get(i) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "." + order.get(j) + "..")
            .check(house);
      }
    }
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".shim.(*)..").should().beFreeOfCycles().check(house);
    slices().matching(ROOT + ".storage.(*)..").should().beFreeOfCycles().check(house);
    slices().matching(ROOT + ".tools.(*)..").should().beFreeOfCycles().check(house);
  }

  @Test
  void sourceVerifyExecuteAndStorageDoNotKnowEachOther() {
    final List<String> rooms =
        List.of(
            ROOT + ".shim.source..",
            ROOT + ".shim.verify..",
            ROOT + ".shim.execute..",
            ROOT + ".storage..");
    for (final String room : rooms) {
      for (final String other : rooms) {
        // the bundle cache forces its files to the disk as the databases do
        if (!room.equals(other) && !(room.contains("source") && other.contains("storage"))) {
          noClasses()
              .that()
              .resideInAPackage(room)
              .should()
              .dependOnClassesThat()
              .resideInAPackage(other)
              .check(house);
        }
      }
    }
  }

  @Test
  void verificationDoesNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".shim.verify..", ROOT + ".shim.execute..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..", "java.nio.file..", "java.nio.channels..", "java.net..", "io.vertx..")
        .check(house);
  }

  @Test
  void typesAndStorageKnowNoFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".types..", ROOT + ".storage..", ROOT + ".handoff..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..", "io.micrometer..", "picocli..")
        .check(house);
  }

  @Test
  void generatedMessagesStayWithTheCodecs() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + ".types.wire..",
            ROOT + ".shim.abci..",
            ROOT + ".storage.block..",
            ROOT + ".storage.state..",
            ROOT + ".storage.evidence..",
            ROOT + ".storage.txindex..",
            // the embedded app is the other end of ABCI
            ROOT + ".tools.demo..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".types.wire.proto..")
        .check(house);
  }

  @Test
  void nativeLibrariesStayInTheirRooms() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".storage.kv.leveldb..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.fusesource..", "org.iq80..")
        .check(house);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".storage.kv.rocksdb..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.rocksdb..")
        .check(house);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".storage.home..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.sun.jna..")
        .check(house);
  }

  @Test
  void onlyTypesNamesAnEngineLine() {
    final Set<String> naming = new TreeSet<>();
    for (final JavaClass type : house) {
      type.getFieldAccessesFromSelf().stream()
          .filter(access -> access.getTargetOwner().isEquivalentTo(EngineLine.class))
          .filter(
              access ->
                  access
                      .getTarget()
                      .resolveMember()
                      .map(f -> f.getRawType().isEquivalentTo(EngineLine.class))
                      .orElse(false))
          .forEach(access -> naming.add(type.getName()));
    }
    naming.removeIf(name -> name.startsWith(ROOT + ".types."));
    // what a person types, and the chain that the demo ships, are of one line by nature
    assertThat(naming)
        .containsExactlyInAnyOrder(ROOT + ".tools.demo.Demo", ROOT + ".tools.demo.KvStoreApp");
  }

  @Test
  void onlyTheCommandLineExitsOrPrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".tools.cli..")
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(house);
  }

  @Test
  void everyPackageSaysWhatItHolds() throws IOException {
    final Set<String> packages =
        house.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> !name.endsWith(".wire.proto"))
            .collect(Collectors.toCollection(TreeSet::new));
    final Set<String> described =
        house.stream()
            .filter(type -> type.getSimpleName().equals("package-info"))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(described).containsAll(packages);
    final Path layout = Path.of("..", "docs", "layout.md");
    final String text;
    try (Stream<String> lines = Files.lines(layout)) {
      text = lines.collect(Collectors.joining("\n"));
    }
    for (final String name : packages) {
      assertThat(text).as("docs/layout.md").contains("`" + name.substring(ROOT.length() + 1) + "`");
    }
  }

  @Test
  void classesAreFinalOrMeantToBeExtended() {
    classes()
        .that()
        .resideInAPackage(ROOT + "..")
        .and(
            describe(
                "are plain top-level classes of ours",
                type ->
                    type.isTopLevelClass()
                        && !type.isInterface()
                        && !type.isEnum()
                        && !type.isRecord()
                        && !type.isAssignableTo(Exception.class)
                        && !type.getPackageName().endsWith(".proto")
                        && !type.getSimpleName().equals("package-info")))
        .should()
        .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
        .check(house);
  }
}
