import { Fragment, type ReactNode } from 'react';

/** The names of the placeholders of a template such as `Deleted {time}.` */
type Placeholder<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/** A message with elements in the place of its placeholders: `Deleted {time}.` with a time that counts. */
export function fill<Template extends string>(
  template: Template,
  values: Readonly<Record<Placeholder<Template>, ReactNode>>,
): ReactNode {
  const parts = template.split(/\{(\w+)\}/);
  // Texts and names of placeholders in turn.
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a template never change their order.
    <Fragment key={index}>{index % 2 === 0 ? part : values[part as Placeholder<Template>]}</Fragment>
  ));
}
