import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import { clearAllDataLoaders } from '@pothos/plugin-dataloader';
import type { GraphQLFieldResolver } from 'graphql';

declare global {
  namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      freshLoaders: FreshLoadersPlugin<Types>;
    }
  }
}

/**
 * Clears the batch loaders before every mutation field. Without this, the second field of a mutation would return
 * objects as the first field loaded them. Subscriptions clear their loaders themselves, once for a burst of updates.
 */
class FreshLoadersPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    { kind }: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    if (kind !== 'Mutation') return resolver;
    return (parent, args, context, info) => {
      clearAllDataLoaders(context);
      return resolver(parent, args, context, info);
    };
  }
}

SchemaBuilder.registerPlugin('freshLoaders', FreshLoadersPlugin);

export default 'freshLoaders';
