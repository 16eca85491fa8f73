package dev.understudy.tools.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonParser;
import dev.understudy.shim.source.kyve.JsonStringify;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockResultsTextTest {
  @ParameterizedTest
  @ValueSource(strings = {"begin_block_events", "end_block_events", "finalize_block_events"})
  void sortsAttributesOfBlockEventsWithoutRegardToCaseAndDropsTheIndex(final String member)
      throws IOException {
    assertThat(
            rewrite(
                "{'@':[{'type':'t','attributes':[{'key':'b','value':'1','index':true},"
                    + "{'key':'A','value':'2','index':false},{'key':'a','value':'3'}]}]}",
                member))
        .isEqualTo(
            quoted(
                "{'@':[{'type':'t','attributes':[{'key':'A','value':'2'},"
                    + "{'key':'a','value':'3'},{'key':'b','value':'1'}]}]}",
                member));
  }

  @Test
  void dropsLogsOfTransactionsOnly() throws IOException {
    assertThat(rewrite("{'log':'kept','txs_results':[{'code':0,'log':[{}],'info':'i'},null]}", ""))
        .isEqualTo(quoted("{'log':'kept','txs_results':[{'code':0,'info':'i'},null]}", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "fungible_token_packet, YWNrbm93bGVkZ2VtZW50",
    "ibccallbackerror-fungible_token_packet, ibccallbackerror-error",
    "receive_feechain_verification_packet, acknowledgement",
  })
  void emptiesTheValuesThatDifferBetweenNodesInTransactionsOnly(final String type, final String key)
      throws IOException {
    final String event =
        "[{'type':'" + type + "','attributes':[{'key':'" + key + "','value':'VALUE'}]}]";
    final String results = "{'txs_results':[{'events':@}],'end_block_events':" + event + "}";
    assertThat(rewrite(results, event)).isEqualTo(quoted(results, event.replace("VALUE", "")));
  }

  @Test
  void givesEventsWithoutAttributesAnEmptyList() throws IOException {
    assertThat(rewrite("{'end_block_events':[{'type':'a'},{'attributes':null,'type':'b'}]}", ""))
        .isEqualTo(
            quoted(
                "{'end_block_events':[{'type':'a','attributes':[]},{'attributes':[],'type':'b'}]}",
                ""));
  }

  @Test
  void leavesAllElseAsItIs() throws IOException {
    final String results =
        "{'height':'5','txs_results':null,'finalize_block_events':[],'validator_updates':"
            + "[{'pub_key':{'Sum':{'type':'t'}},'power':'1'}],'consensus_param_updates':null,"
            + "'app_hash':'AA=='}";
    assertThat(rewrite(results, "")).isEqualTo(quoted(results, ""));
  }

  @Test
  void refusesWhatIsNoObject() {
    assertThatThrownBy(() -> rewrite("[]", "")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> rewrite("{'txs_results':[{", "")).isInstanceOf(IOException.class);
  }

  private static String quoted(final String json, final String m) {
    return json.replace("@", m).replace('\'', '"');
  }

  private static String rewrite(final String json, final String m) throws IOException {
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final JsonStringify out = new JsonStringify(bytes);
    try (JsonParser parser = ArchiveFolder.JSON.createParser(quoted(json, m))) {
      parser.nextToken();
      BlockResultsText.write(parser, out);
    }
    out.flush();
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
