// One EventSource a page, shared by its islands. The browser reconnects after a broken line, but gives up
// after an HTTP error; then we open it again, waiting longer each time.
export type Listener = Readonly<{
  changed?: (data: string) => void;
  connection?: (open: boolean) => void;
}>;

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;

export function nextWait(wait: number): number {
  return Math.min(wait * 2, LONGEST_WAIT_MS);
}

export class EventStream {
  private source: EventSource | null = null;
  private wait = FIRST_WAIT_MS;
  private readonly listeners = new Set<Listener>();

  constructor(
    private readonly address: string,
    private readonly make: (address: string) => EventSource = (a) => new EventSource(a),
  ) {}

  listen(listener: Listener): void {
    this.listeners.add(listener);
    if (this.source === null) this.open();
  }

  private open(): void {
    const source = this.make(this.address);
    this.source = source;
    source.addEventListener("open", () => {
      this.wait = FIRST_WAIT_MS;
      this.tell((listener) => listener.connection?.(true));
    });
    source.addEventListener("changed", (event) => {
      this.tell((listener) => listener.changed?.(String((event as MessageEvent).data ?? "")));
    });
    source.addEventListener("error", () => {
      this.tell((listener) => listener.connection?.(false));
      if (source.readyState === 2) this.reopen(source);
    });
  }

  private reopen(source: EventSource): void {
    source.close();
    setTimeout(() => this.open(), this.wait);
    this.wait = nextWait(this.wait);
  }

  private tell(what: (listener: Listener) => void): void {
    for (const listener of this.listeners) what(listener);
  }
}

const streams = new Map<string, EventStream>();

export function stream(address: string): EventStream {
  let found = streams.get(address);
  if (found === undefined) {
    found = new EventStream(address);
    streams.set(address, found);
  }
  return found;
}
