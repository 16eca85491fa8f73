package dev.understudy.handoff.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads upgrade plans: {@code {"name":"v2","height":50,…}}, one (upgrade-info.json) or a list of
 * them (upgrade-info.json.batch). Heights are numbers or, in cosmovisor's newer files, strings.
 */
final class UpgradeFile {
  /** Written by the app into its home's {@code data}, and by cosmovisor beside a program. */
  static final String NAME = "upgrade-info.json";

  private static final Logger LOG = LoggerFactory.getLogger(UpgradeFile.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BYTES = 1024 * 1024;

  private UpgradeFile() {}

  /** The plans in a file; none when it is missing or unreadable, which is logged. */
  static List<UpgradePlan> read(final Path file) {
    final List<UpgradePlan> plans = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      final byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IOException("longer than " + MAX_BYTES + " bytes");
      }
      final JsonNode root = JSON.readTree(bytes);
      if (root.isArray()) {
        for (final JsonNode plan : root) {
          plans.add(plan(plan));
        }
      } else {
        plans.add(plan(root));
      }
    } catch (final NoSuchFileException e) {
      return List.of();
    } catch (final IOException | IllegalArgumentException e) {
      LOG.warn("{} tells no upgrade: {}", file, e.toString());
      return List.of();
    }
    return plans;
  }

  private static UpgradePlan plan(final JsonNode node) {
    return new UpgradePlan(node.path("name").asText(), node.path("height").asLong());
  }

  static byte[] encode(final UpgradePlan plan) {
    return JSON.createObjectNode()
        .put("name", plan.name())
        .put("height", plan.height())
        .toString()
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
