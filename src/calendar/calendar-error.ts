// Calendar room: the one error of the room.
// Answers: what is wrong with a calendar or a question put to it. The message is a whole sentence for people:
// it names the thing, the value, where it stands and what to do.

/** Thrown for a calendar that cannot be read, that never opens, or an instant outside 1900 to 2199. */
export class CalendarError extends Error {
  override readonly name = 'CalendarError';
}
