// deliver: what every way out of Baton promises, whatever it speaks. The contract is tested in outlet.contract.ts.

/** A way out. Sending the same message twice must look like the same message on the other side. */
export type Outlet<Message> = {
  /** One plain sentence for the operator: where messages go. */
  says: string;
  /**
   * Hands the message over; when this returns, the other side has taken it.
   * @throws {Fault} of deliver/*: may it be tried again, and not before when?
   */
  send(message: Message): Promise<void>;
  close(): Promise<void>;
};
