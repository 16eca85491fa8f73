package dev.understudy.types.json;

/** How keys and values of event attributes stand in the JSON of block results. */
public enum EventForm {
  /** 0.37 and later: as text. */
  TEXT,
  /** 0.34, where they are bytes: in base64. */
  BASE64
}
