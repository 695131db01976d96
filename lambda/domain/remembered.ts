/** Callers choose some of the keys: with one more than these all are forgotten, which costs time only. */
const mostKeys = 1_000;

/**
 * The same pure function, which answers a key that it knows without computing it again. What it throws is not kept.
 * @param compute what else it is given must follow from the key
 */
export function remembered<K, V, Rest extends readonly unknown[] = []>(
  compute: (key: K, ...rest: Rest) => V,
): (key: K, ...rest: Rest) => V {
  const known = new Map<K, V>();
  return (key, ...rest) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = compute(key, ...rest);
    if (known.size >= mostKeys) known.clear();
    known.set(key, value);
    return value;
  };
}

/** A remembered function for each owner, forgotten with it. */
export function rememberedFor<O extends object, K, V, Rest extends readonly unknown[] = []>(
  compute: (owner: O, key: K, ...rest: Rest) => V,
): (owner: O, key: K, ...rest: Rest) => V {
  const known = new WeakMap<O, (key: K, ...rest: Rest) => V>();
  return (owner, key, ...rest) => {
    let own = known.get(owner);
    if (own === undefined) {
      own = remembered<K, V, Rest>((asked, ...others) => compute(owner, asked, ...others));
      known.set(owner, own);
    }
    return own(key, ...rest);
  };
}
