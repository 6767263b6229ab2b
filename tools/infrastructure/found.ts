/** What a search for something came to; the reason is a clause, such as `no Docker engine answered`. */
export type Found<T> = ({ isThere: true } & T) | { isThere: false; reason: string }
