import { Fragment, type ReactNode } from 'react';

/** The names of the placeholders in a template type such as `Deleted {time}.` */
type Placeholder<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

/**
 * Replaces the placeholders of a message by React elements, for example `{time}` in `Deleted {time}.` by a relative
 * time.
 */
export function fill<Template extends string>(
  template: Template,
  values: Readonly<Record<Placeholder<Template>, ReactNode>>,
): ReactNode {
  const parts = template.split(/\{(\w+)\}/);
  // The parts alternate: text, name of a placeholder, text, and so on.
  return parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a template never change their order.
    <Fragment key={index}>{index % 2 === 0 ? part : values[part as Placeholder<Template>]}</Fragment>
  ));
}
