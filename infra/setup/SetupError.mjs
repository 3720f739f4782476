// Owns the one error of set-up: something cannot be had; it names what, and how to get it.
export class SetupError extends Error {
  /**
   * @param {string} message what is missing or went wrong, in one line
   * @param {string[]} [remedies] lines that tell how to get it
   */
  constructor(message, remedies = []) {
    super(message);
    this.name = 'SetupError';
    this.remedies = remedies;
  }
}
