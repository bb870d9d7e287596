/**
 * ns-3's source of chance, MRG32k3a with streams 2^127 and runs 2^76 draws apart (P. L'Ecuyer, R. Simard, E. J. Chen,
 * W. D. Kelton: An object-oriented random-number package with many long streams and substreams, Operations Research
 * 50(6), 2002). `stream` counts the random variables of a program from 1, `run` is its RngRun; the seed is ns-3's
 * default, 1. Returns a function that draws from the open interval (0, 1).
 */
export function randomStream(stream: number, run: number): () => number {
  const [first, second] = COMPONENTS.map(({ step, modulus }) => {
    const toStream = power(step, BigInt(stream) << 127n, modulus)
    const toRun = power(step, BigInt(run) << 76n, modulus)
    return apply(toRun, apply(toStream, [1n, 1n, 1n], modulus), modulus).map(Number)
  })
  return () => {
    const a = positive((1_403_580 * first[1] - 810_728 * first[0]) % MODULUS_1, MODULUS_1)
    const b = positive((527_612 * second[2] - 1_370_589 * second[0]) % MODULUS_2, MODULUS_2)
    first.shift()
    first.push(a)
    second.shift()
    second.push(b)
    return (a > b ? a - b : a - b + MODULUS_1) / (MODULUS_1 + 1)
  }
}

type Matrix = readonly (readonly bigint[])[]

const MODULUS_1 = 4_294_967_087
const MODULUS_2 = 4_294_944_443

/** The two recurrences of the generator, and how a draw changes the three numbers of each. */
const COMPONENTS: readonly { readonly step: Matrix; readonly modulus: bigint }[] = [
  {
    step: [
      [0n, 1n, 0n],
      [0n, 0n, 1n],
      [-810_728n, 1_403_580n, 0n],
    ],
    modulus: BigInt(MODULUS_1),
  },
  {
    step: [
      [0n, 1n, 0n],
      [0n, 0n, 1n],
      [-1_370_589n, 0n, 527_612n],
    ],
    modulus: BigInt(MODULUS_2),
  },
]

const IDENTITY: Matrix = [
  [1n, 0n, 0n],
  [0n, 1n, 0n],
  [0n, 0n, 1n],
]

function positive(value: number, modulus: number): number {
  return value < 0 ? value + modulus : value
}

function power(matrix: Matrix, exponent: bigint, modulus: bigint): Matrix {
  let [result, square] = [IDENTITY, matrix]
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = product(result, square, modulus)
    square = product(square, square, modulus)
  }
  return result
}

function product(a: Matrix, b: Matrix, modulus: bigint): Matrix {
  return a.map((row) =>
    [0, 1, 2].map((column) => mod(row[0] * b[0][column] + row[1] * b[1][column] + row[2] * b[2][column], modulus)),
  )
}

function apply(matrix: Matrix, vector: readonly bigint[], modulus: bigint): bigint[] {
  return matrix.map((row) => mod(row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2], modulus))
}

function mod(value: bigint, modulus: bigint): bigint {
  return ((value % modulus) + modulus) % modulus
}
