package dev.understudy.shim.abci;

import java.util.List;

/**
 * What an app says to a chunk.
 *
 * @param refetch chunks to be fetched and applied anew, whatever the result
 * @param rejectSenders whose chunks the app wants no more
 */
public record ChunkAnswer(Result result, List<Integer> refetch, List<String> rejectSenders) {
  public ChunkAnswer {
    refetch = List.copyOf(refetch);
    rejectSenders = List.copyOf(rejectSenders);
  }

  /** abci/types.proto: ResponseApplySnapshotChunk.Result. */
  public enum Result {
    /** Also what comes from an app of a later version with a number unknown here. */
    UNKNOWN(0),
    ACCEPT(1),
    /** No snapshot at all is to be restored. */
    ABORT(2),
    /** The same chunk again. */
    RETRY(3),
    /** All of the snapshot again, from the offer on. */
    RETRY_SNAPSHOT(4),
    REJECT_SNAPSHOT(5);

    private final int number;

    Result(final int number) {
      this.number = number;
    }

    static Result numbered(final int number) {
      for (final Result result : values()) {
        if (result.number == number) {
          return result;
        }
      }
      return UNKNOWN;
    }
  }
}
