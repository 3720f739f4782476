// The three names of unordered_dense that the mediasoup worker uses, over abseil's flat tables.
// Unlike unordered_dense they do not iterate in insertion order; the worker does not rely on that order.
#ifndef CONCLAVE_UNORDERED_DENSE_H
#define CONCLAVE_UNORDERED_DENSE_H

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>
#include <absl/hash/hash.h>

namespace ankerl::unordered_dense
{
	// absl::Hash rather than std::hash: the latter is the identity on integers, which HashCombine mixes badly.
	template<typename T>
	using hash = absl::Hash<T>;

	// abseil's erase(iterator) returns nothing; the worker's loops want the next element. Erasing never rehashes.
	template<typename Table>
	class ErasableTable : public Table
	{
	public:
		using Table::erase;
		using Table::Table;

		typename Table::iterator erase(typename Table::iterator it)
		{
			auto next = it;
			++next;
			Table::erase(it);

			return next;
		}
	};

	template<typename Key, typename Value, typename... Rest>
	using map = ErasableTable<absl::flat_hash_map<Key, Value, Rest...>>;

	template<typename Key, typename... Rest>
	using set = ErasableTable<absl::flat_hash_set<Key, Rest...>>;
} // namespace ankerl::unordered_dense

#endif
