package dev.understudy.types.json;

import dev.understudy.types.ConsensusParams;
import dev.understudy.types.GenesisDoc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Writes genesis documents in CometBFT's form; an app state is left out where it is empty. */
final class GenesisJsonWriter {
  private final JsonOutput json;
  private final BlockJsonWriter blocks;
  private final ResultsJsonWriter results;

  GenesisJsonWriter(final JsonOutput json) {
    this.json = json;
    this.blocks = new BlockJsonWriter(json);
    this.results = new ResultsJsonWriter(json);
  }

  void genesis(final GenesisDoc genesis) throws IOException {
    json.object(
        () -> {
          json.time("genesis_time", genesis.genesisTime());
          json.field("chain_id", genesis.chainId());
          json.field("initial_height", genesis.initialHeight());
          json.object("consensus_params", () -> params(genesis.consensusParams()));
          json.array("validators", genesis.validators(), this::genesisValidator);
          json.field("app_hash", genesis.appHash());
          if (!genesis.appState().isEmpty()) {
            json.out.writeFieldName("app_state");
            json.out.writeRawValue(new String(genesis.appState().array(), StandardCharsets.UTF_8));
          }
        });
  }

  private void params(final ConsensusParams params) throws IOException {
    results.blockParams(params.block());
    results.evidenceParams(params.evidence());
    json.object(
        "validator",
        () -> json.array("pub_key_types", params.pubKeyTypes(), json.out::writeString));
    json.object("version", () -> json.field("app", params.appVersion()));
    json.object(
        "abci",
        () -> json.field("vote_extensions_enable_height", params.voteExtensionsEnableHeight()));
  }

  private void genesisValidator(final GenesisDoc.GenesisValidator validator) throws IOException {
    json.object(
        () -> {
          blocks.pubKey(validator.pubKey());
          json.field("power", validator.power());
          json.field("name", validator.name());
        });
  }
}
