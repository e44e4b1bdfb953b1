// The few sentences that scripts say, in the page's language. Server pages say everything else.
export type Words<K extends string> = Readonly<Record<K, readonly [chinese: string, english: string]>>;

export function isChinese(root: Document = document): boolean {
  return !root.documentElement.lang.startsWith("en");
}

/** Returns a speaker that fills `{name}` places; an unknown place stays as written. */
export function speaker<K extends string>(words: Words<K>): (key: K, values?: Record<string, string | number>) => string {
  return (key, values = {}) => {
    const [chinese, english] = words[key];
    const text = isChinese() ? chinese : english;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}

const DISTRICT_CLOCK = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });

export function clockTime(moment: Date): string {
  return DISTRICT_CLOCK.format(moment);
}
