"""The registers of the workforce, and what may be asked of them."""

from . import asks, staff, whole

__all__ = ["asks", "staff", "whole"]
