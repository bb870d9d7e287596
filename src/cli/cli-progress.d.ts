/** Types of the part of cli-progress that is used; the package has none. */
declare module 'cli-progress' {
  export interface Options {
    format: string
    stream: NodeJS.WritableStream
    clearOnComplete: boolean
    hideCursor: boolean
  }
  export const Presets: { readonly shades_classic: object }
  export class SingleBar {
    constructor(options: Options, preset: object)
    start(total: number, startValue: number, payload: Readonly<Record<string, string>>): void
    update(value: number, payload: Readonly<Record<string, string>>): void
    stop(): void
  }
}
