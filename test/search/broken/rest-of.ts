/** What a class is constructed with, after so many parameters that a broken part takes itself. */
export type RestOf<
  Class extends abstract new (...parameters: never) => unknown,
  Taken extends unknown[],
> = ConstructorParameters<Class> extends [...Taken, ...infer Rest] ? Rest : never
