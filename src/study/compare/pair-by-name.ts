interface Named {
  readonly name: string
}

export interface Pairing<T> {
  readonly both: readonly { readonly a: T; readonly b: T }[]
  readonly onlyInA: readonly string[]
  readonly onlyInB: readonly string[]
}

/** Pairs the items of both sides by name, in the order of A, and lists the names without a partner. */
export function pairByName<T extends Named>(a: readonly T[], b: readonly T[]): Pairing<T> {
  const inB = new Map(b.map((item) => [item.name, item]))
  const namesInA = new Set(a.map((item) => item.name))
  return {
    both: a.flatMap((item) => {
      const other = inB.get(item.name)
      return other === undefined ? [] : [{ a: item, b: other }]
    }),
    onlyInA: a.filter((item) => !inB.has(item.name)).map((item) => item.name),
    onlyInB: b.filter((item) => !namesInA.has(item.name)).map((item) => item.name),
  }
}
