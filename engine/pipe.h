/// Pipe: what one side writes piece by piece goes to the other, in order; it is kept until that one
/// reads. Both are on the loop's thread.
#pragma once

#include "engine/ensure.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace orrery {

enum class PipeEnd : std::uint8_t { whole, broken_off };

template <typename Piece>
class Pipe {
public:
    Pipe() = default;
    /// Forgotten by its writer: the reader shall not wait for ever.
    ~Pipe() { end(PipeEnd::broken_off); }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    /// After the end nobody is told.
    void write(Piece piece) {
        if (end_) {
            return;
        }
        if (on_piece_) {
            on_piece_(std::move(piece));
        } else {
            kept_.push_back(std::move(piece));
        }
    }

    /// The first end counts.
    void end(PipeEnd how = PipeEnd::whole) {
        if (!end_) {
            end_ = how;
            if (on_end_) {
                on_end_(how);
            }
        }
    }

    /// Once: what is there already is told at once.
    void read(std::function<void(Piece)> on_piece, std::function<void(PipeEnd)> on_end) {
        ENSURE(!on_piece_);
        for (Piece& piece : std::exchange(kept_, {})) {
            on_piece(std::move(piece));
        }
        on_piece_ = std::move(on_piece);
        on_end_ = std::move(on_end);
        if (end_) {
            on_end_(*end_);
        }
    }

private:
    std::vector<Piece> kept_;
    std::optional<PipeEnd> end_;
    std::function<void(Piece)> on_piece_;
    std::function<void(PipeEnd)> on_end_;
};

}  // namespace orrery
