package dev.understudy.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.understudy.shim.execute.StateMachine;
import dev.understudy.shim.testchain.TestChain;
import dev.understudy.storage.home.DatabaseId;
import dev.understudy.storage.home.HomeLayout;
import dev.understudy.storage.home.NodeDatabases;
import dev.understudy.storage.home.StoreFactory;
import dev.understudy.storage.kv.Batch;
import dev.understudy.storage.kv.KvStore;
import dev.understudy.storage.state.StateStore;
import dev.understudy.types.FailureException;
import dev.understudy.types.FailureKind;
import dev.understudy.types.line.EngineLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway.Init") // JUnit sets the fields
class EngineChoiceTest {
  private static final SyncConfig.App SEPARATE =
      new SyncConfig.Separate(Optional.empty(), /* restarted= */ false);

  @TempDir private Path folder;
  private TestChain chain;
  private MadeHome home;

  @BeforeEach
  void makeHome() throws Exception {
    chain = TestChain.ofValidators(2);
    home = new MadeHome(folder.resolve("home"), chain);
  }

  private SyncConfig.App child(final String dependency) throws Exception {
    final Path binary = folder.resolve("appd");
    Files.writeString(binary, "#!/bin/sh\necho 'build_deps:'\necho '- %s'\n".formatted(dependency));
    assertThat(binary.toFile().setExecutable(true)).isTrue();
    return new SyncConfig.Child(binary, List.of(), false, Optional.empty());
  }

  private EngineLine choose(final Optional<EngineLine> asked, final SyncConfig.App app)
      throws Exception {
    return EngineChoice.forSync(asked, app, home.layout());
  }

  @Test
  void binaryAloneIsEnough() throws Exception {
    assertThat(choose(Optional.empty(), child("github.com/cometbft/cometbft@v0.37.5")))
        .isEqualTo(EngineLine.COMETBFT_0_37);
  }

  @Test
  void binaryAndOperatorMayAgree() throws Exception {
    assertThat(
            choose(
                Optional.of(EngineLine.COMETBFT_0_37),
                child("github.com/cometbft/cometbft@v0.37.5")))
        .isEqualTo(EngineLine.COMETBFT_0_37);
  }

  @Test
  void operatorsWordIsTakenForABinaryThatSaysNothing() throws Exception {
    assertThat(choose(Optional.of(EngineLine.COMETBFT_0_39), child("nothing at all")))
        .isEqualTo(EngineLine.COMETBFT_0_39);
  }

  @Test
  void contradictionNamesBothSources() throws Exception {
    final SyncConfig.App app = child("github.com/cometbft/cometbft@v0.37.5");
    assertThatThrownBy(() -> choose(Optional.of(EngineLine.COMETBFT_0_38), app))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIGURATION))
        .hasMessageContainingAll(
            "--engine says engine line 0.38",
            folder.resolve("appd").toString(),
            "github.com/cometbft/cometbft@v0.37.5",
            "line 0.37");
  }

  @ParameterizedTest
  @CsvSource({
    "'version = \"0.38.25\"', COMETBFT_0_38",
    "'version = \"1.0.1\"', COMETBFT_1_0",
    "'[blocksync]\nversion = \"v0\"', COMETBFT_0_37",
    "'[fastsync]\nversion = \"v0\"', TENDERMINT_0_34",
    "'', COMETBFT_0_38",
  })
  void withoutBothTheHomesConfigurationTells(final String lines, final EngineLine line)
      throws Exception {
    Files.writeString(home.configFile(), lines);
    assertThat(choose(Optional.empty(), SEPARATE)).isEqualTo(line);
  }

  @ParameterizedTest
  @EnumSource(
      value = EngineLine.class,
      names = {"CELESTIA_0_34", "COMETBFT_0_40"},
      mode = EnumSource.Mode.EXCLUDE)
  void homesStateTellsMoreThanItsConfiguration(final EngineLine line) throws Exception {
    writeState(line);
    Files.writeString(home.configFile(), "version = \"0.38.1\"");
    assertThat(choose(Optional.empty(), SEPARATE)).isEqualTo(line);
  }

  @Test
  void versionThatTwoLinesWriteIsAskedFor() throws Exception {
    writeState(EngineLine.COMETBFT_0_40);
    assertThatThrownBy(() -> choose(Optional.empty(), SEPARATE))
        .isInstanceOfSatisfying(
            FailureException.class, e -> assertThat(e.advice()).contains("0.39 or 0.40"))
        .hasMessageContaining("0.39.0");
    assertThat(choose(Optional.of(EngineLine.COMETBFT_0_40), SEPARATE))
        .isEqualTo(EngineLine.COMETBFT_0_40);
  }

  private void writeState(final EngineLine line) throws Exception {
    final HomeLayout layout = home.layout();
    try (NodeDatabases databases =
        NodeDatabases.open(layout, StoreFactory.forBackend("goleveldb"))) {
      final KvStore store = databases.store(DatabaseId.STATE);
      final Batch batch = new Batch();
      new StateStore(store, line).putState(batch, new StateMachine(line).genesis(chain.genesis()));
      store.write(batch, true);
      databases.seal();
    }
  }
}
